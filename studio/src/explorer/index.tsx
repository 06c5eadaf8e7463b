/** Room 2: what a generator learned. */
export default function Explorer() {
  return (
    <>
      <h1>Explorer</h1>
      <p class="soft">Here you will walk through what a generator has learned.</p>
    </>
  );
}
