"""The PyTorch side of the benchmark: whole training iterations in PyTorch eager, on two threads, or as many as `--threads N` says.

Reads JSON lines on standard input and answers each with one JSON line on standard output:

    {"workload": "dcgan-64", "iterations": 3}
    -> {"workload": "dcgan-64", "milliseconds": [241.8, 239.2, 243.0], "peakMegabytes": 912.4, ...}
    {"workload": "versions"}
    -> {"workload": "versions", "torch": "2.13.0+cpu", "python": "3.11.7", "threads": 2, ...}

An iteration is what a training loop does: every phase with its optimiser step, on noise and mixing numbers
drawn inside the timing and on random real images drawn before. Workloads are built when first asked for; the
first two iterations of each are warm-up and not reported. `"adam"` chooses PyTorch's implementation:
`default` (what torch.optim.Adam does on a CPU when told nothing), `foreach` or `fused`. `peakMegabytes` is
the largest resident memory of this process so far, so for a figure of one workload start a worker for it. A
request that cannot be served is answered with {"error": ...}.

Started as `worker.py --compile`, it hands the networks to torch.compile; replies then have `compileSeconds`, the first
iteration's time, in which everything is compiled (nothing is taken from an earlier run's cache).
"""

import json
import os
import platform
import resource
import sys
import time
import warnings

os.environ.setdefault('TORCHINDUCTOR_FORCE_DISABLE_CACHES', '1')  # read when torch is imported

import torch

from workloads import ADAM, WORKLOADS

THREADS = int(sys.argv[sys.argv.index('--threads') + 1]) if '--threads' in sys.argv else 2
WARM_UP = 2
COMPILE = '--compile' in sys.argv[1:]


def main():
    if COMPILE:
        warnings.filterwarnings('ignore', message='dynamo_pgo')  # that caches are off is meant
        import torch._functorch.config as compiler

        compiler.donated_buffer = False  # or it refuses double backward with a message about something else
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    built = {}
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(line, built)), flush=True)


def answer(line: str, built: dict) -> dict:
    """The reply to one request; `built` keeps the workloads made so far."""
    try:
        request = json.loads(line)
        name = request['workload']
        if name == 'versions':
            return {'workload': name, **versions()}
        adam, iterations = request.get('adam', 'default'), int(request.get('iterations', 1))
        if name not in WORKLOADS:
            return {'error': f'unknown workload {name!r}; there are: versions, {", ".join(WORKLOADS)}'}
        if adam not in ADAM:
            return {'error': f'unknown adam {adam!r}; there are: {", ".join(ADAM)}'}
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        return {'error': f'not a request: {line.strip()[:80]} ({type(problem).__name__}: {problem})'}
    if (name, adam) not in built:
        try:
            built[name, adam] = prepared(WORKLOADS[name](ADAM[adam]))
        except Exception as problem:  # torch.compile cannot do everything; the reply says what
            return {'error': f'{type(problem).__name__}: {str(problem).strip().splitlines()[0]}'}
    workload = built[name, adam]
    turns = getattr(workload, 'turns', 1)
    return {
        'workload': name,
        'adam': adam,
        'milliseconds': [milliseconds(workload.iterate) / turns for _ in range(iterations)],
        'turns': turns,
        'peakMegabytes': round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        'parameters': workload.parameters,
        **({'compileSeconds': workload.compile_seconds} if COMPILE else {}),
    }


def prepared(workload):
    """The workload after its warm-up, compiled when asked for."""
    if COMPILE:
        workload.compile()
        workload.compile_seconds = milliseconds(workload.iterate) / 1000
    for _ in range(1 if getattr(workload, 'turns', 1) > 1 else WARM_UP):
        workload.iterate()
    return workload


def milliseconds(iterate) -> float:
    start = time.perf_counter()
    iterate()
    return round((time.perf_counter() - start) * 1000, 4)


def versions() -> dict:
    return {
        'torch': torch.__version__,
        'python': platform.python_version(),
        'threads': torch.get_num_threads(),
        'mkldnn': torch.backends.mkldnn.is_available(),
        'capability': torch.backends.cpu.get_cpu_capability(),
    }


if __name__ == '__main__':
    main()
