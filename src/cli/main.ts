#!/usr/bin/env node
import '../runtime/node/telemetry.ts';
import { handleClosedPipes } from './output.ts';
import { runProgram } from './program.ts';

handleClosedPipes();
await runProgram(process.argv.slice(2));
