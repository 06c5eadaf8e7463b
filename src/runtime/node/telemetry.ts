import process from 'node:process';

// ONNX Runtime reports its use to its makers and leaves logs of that in the temporary folder, unless this is set before it
// loads. A worker's environment is a copy the library does not see, so the thread that starts one has to import this too.
process.env.ORT_DISABLE_TELEMETRY ??= '1';
