"""Fixture `optimizers`: two parameters and a stored sequence of gradients, 20 steps of torch.optim."""

import torch

from fixture import save

STEPS = 20
SHAPES = {'a': [3, 4], 'b': [5]}

# `name` is the torch.optim class; the other keys are its arguments. `clip` is clip_grad_norm_'s limit on the
# norm over both parameters together, applied before the step.
CASES = {
    'sgd': {'name': 'SGD', 'lr': 0.05},
    'sgd-momentum': {'name': 'SGD', 'lr': 0.05, 'momentum': 0.9},
    'sgd-nesterov': {'name': 'SGD', 'lr': 0.05, 'momentum': 0.9, 'nesterov': True},
    'sgd-weight-decay': {'name': 'SGD', 'lr': 0.05, 'momentum': 0.9, 'weight_decay': 0.01},
    'sgd-clip': {'name': 'SGD', 'lr': 0.05, 'clip': 1.0},
    'rmsprop': {'name': 'RMSprop', 'lr': 0.01, 'alpha': 0.99, 'eps': 1e-8},
    'rmsprop-momentum': {'name': 'RMSprop', 'lr': 0.01, 'alpha': 0.99, 'eps': 1e-8, 'momentum': 0.9},
    'adam': {'name': 'Adam', 'lr': 0.01, 'betas': [0.9, 0.999], 'eps': 1e-8},
    'adam-dcgan': {'name': 'Adam', 'lr': 2e-4, 'betas': [0.5, 0.999], 'eps': 1e-8},
    'adam-wgan-gp': {'name': 'Adam', 'lr': 1e-4, 'betas': [0.0, 0.9], 'eps': 1e-8},
    'adamw': {'name': 'AdamW', 'lr': 0.01, 'betas': [0.9, 0.999], 'eps': 1e-8, 'weight_decay': 0.01},
}


def make():
    torch.manual_seed(21)
    torch.set_default_dtype(torch.float64)
    initial = {key: torch.randn(shape) for key, shape in SHAPES.items()}
    gradients = {key: draw_gradients(shape) for key, shape in SHAPES.items()}
    tensors = {f'initial/{key}': value for key, value in initial.items()}
    tensors |= {f'gradient/{key}': value for key, value in gradients.items()}
    for case, settings in CASES.items():
        path = run(settings, initial, gradients)
        tensors |= {f'{case}/{key}': value for key, value in path.items()}
    save('optimizers', tensors, {'steps': STEPS, 'shapes': SHAPES, 'cases': CASES})


def draw_gradients(shape: list[int]) -> torch.Tensor:
    """[steps, ...shape]: from large to tiny, so that clipping and epsilon both matter; element 0 is always
    zero."""
    scales = torch.logspace(1, -7, STEPS).reshape(STEPS, *[1 for _ in shape])
    gradients = torch.randn(STEPS, *shape) * scales
    gradients.reshape(STEPS, -1)[:, 0] = 0
    return gradients


def run(settings: dict, initial: dict, gradients: dict) -> dict[str, torch.Tensor]:
    """The parameters after each step, [steps, ...shape]."""
    parameters = {key: value.clone().requires_grad_(True) for key, value in initial.items()}
    arguments = {key: value for key, value in settings.items() if key not in ('name', 'clip')}
    optimizer = getattr(torch.optim, settings['name'])(list(parameters.values()), **arguments)
    path = {key: [] for key in parameters}
    for step in range(STEPS):
        for key, parameter in parameters.items():
            parameter.grad = gradients[key][step].clone()
        if 'clip' in settings:
            torch.nn.utils.clip_grad_norm_(parameters.values(), settings['clip'])
        optimizer.step()
        for key, parameter in parameters.items():
            path[key].append(parameter.detach().clone())
    return {key: torch.stack(values) for key, values in path.items()}
