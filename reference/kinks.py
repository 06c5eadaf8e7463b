"""How far the units of a network stay from the kinks of ReLU and leaky ReLU.

Backward passes jump where a unit's input changes sign. Among millions of units some lie so near zero that
float32 rounding alone decides the sign, and one such unit moves a gradient by 1e-3, which would drown the
comparison of two correct programs. So the full-width fixtures use a seed for which no unit comes near.
"""

import torch
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode


class KinkInputs(TorchFunctionMode):
    """Collects the inputs of every ReLU and leaky ReLU that a gradient passes through, in call order."""

    def __init__(self):
        super().__init__()
        self.inputs: list[torch.Tensor] = []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function in (F.relu, F.leaky_relu) and args[0].requires_grad:
            self.inputs.append(args[0].detach().double())
        return function(*args, **(kwargs or {}))


def margin(single: list[torch.Tensor], double: list[torch.Tensor]) -> float:
    """The smallest |input| in float64, in units of its layer's root mean square rounding error in float32."""
    ratios = []
    for rounded, exact in zip(single, double, strict=True):
        rounding = (rounded - exact).square().mean().sqrt()
        ratios.append((exact.abs().min() / rounding).item())
    return min(ratios)
