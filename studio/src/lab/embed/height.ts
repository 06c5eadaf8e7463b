/** What an embedded experiment tells the page around: how tall it is, in CSS pixels. */
export interface HeightMessage {
  type: 'gansmith-height';
  height: number;
}
