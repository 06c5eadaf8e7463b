import { openGame } from './game.ts';
import { serve } from './serve.ts';

serve({ open: openGame, every: 40 });
