import { serve } from '../engine/serve.ts';
import { openDigits } from './game.ts';

// Samples every second: they take time from learning.
serve({ open: openDigits, every: 1000 });
