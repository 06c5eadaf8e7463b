"""Collects the cases of the fixture `layers`."""

from typing import Callable

import torch


class Cases:
    """Collects the tensors and the settings of every case."""

    def __init__(self):
        self.tensors: dict[str, torch.Tensor] = {}
        self.settings: dict[str, dict] = {}

    def add(
        self,
        name: str,
        function: Callable,
        input: torch.Tensor,
        params: dict | None = None,
        states: dict | None = None,
        after: dict | None = None,
        **settings,
    ):
        """`function(input, params)` gives the output. `after` holds tensors that the call itself updates."""
        params = params or {}
        states = {key: value.clone() for key, value in (states or {}).items()}
        differentiable = input.is_floating_point()
        leaves = {key: value.clone().requires_grad_(True) for key, value in params.items()}
        if differentiable:
            leaves['input'] = input.clone().requires_grad_(True)
        output = function(leaves.get('input', input), {key: leaves[key] for key in params})
        cotangent = torch.randn(output.shape)
        gradients = torch.autograd.grad((output * cotangent).sum(), list(leaves.values()))
        stored = {'input': input, 'output': output, 'cotangent': cotangent}
        stored |= {f'param/{key}': value for key, value in params.items()}
        stored |= {f'state/{key}': value for key, value in states.items()}
        stored |= {f'after/{key}': value for key, value in (after or {}).items()}
        stored |= {f'grad/{key}': value for key, value in zip(leaves, gradients)}
        self.tensors |= {f'{name}/{key}': value.detach().clone() for key, value in stored.items()}
        self.settings[name] = settings
