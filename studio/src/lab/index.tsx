/** Room 3: small GANs that learn before your eyes. */
export default function Lab() {
  return (
    <>
      <h1>Lab</h1>
      <p class="soft">Here small GANs will learn before your eyes.</p>
    </>
  );
}
