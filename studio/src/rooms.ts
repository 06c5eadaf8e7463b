import type { ComponentType } from 'preact';
import type { Route } from './shell/route.ts';

/** What a room is given: where in it the reader is. */
export interface RoomProps {
  route: Route;
}

/** A room is a folder; nothing of it is loaded before it is entered, and no room loads another. */
export interface RoomEntry {
  /** First word of its addresses: `#/runs`. */
  path: string;
  title: string;
  load(): Promise<{ default: ComponentType<RoomProps> }>;
}

export const rooms: readonly RoomEntry[] = [
  { path: 'runs', title: 'Runs', load: () => import('./runs/index.tsx') },
  { path: 'explorer', title: 'Explorer', load: () => import('./explorer/index.tsx') },
  { path: 'lab', title: 'Lab', load: () => import('./lab/index.tsx') },
];
