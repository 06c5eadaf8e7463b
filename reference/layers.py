"""Fixture `layers`: output and gradients of single layers, at sizes that are unequal on purpose.

Each case is a function of an input and named parameters. The gradients are those of sum(output * cotangent)
with a random cotangent. Stored as `<case>/input`, `<case>/param/<p>`, `<case>/output`, `<case>/cotangent`,
`<case>/grad/input`, `<case>/grad/<p>`; layers with memory add `<case>/state/<s>` (before) and
`<case>/after/<s>`.
"""

import torch
from torch.nn import functional as F

from fixture import save
from layer_cases import Cases
from resampling import resampling


def make():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(11)
    cases = Cases()
    linear_layers(cases)
    convolutions(cases)
    normalisations(cases)
    for layer in ['dense', 'conv', 'transposedConv']:
        spectral(cases, layer)
    resampling(cases)
    pointwise(cases)
    save('layers', cases.tensors, {'cases': cases.settings})


def linear_layers(cases: Cases):
    params = {'weight': torch.randn(5, 7), 'bias': torch.randn(5)}
    cases.add(
        'dense', lambda x, p: F.linear(x, p['weight'], p['bias']), torch.randn(3, 7), params, kind='dense'
    )
    rows = torch.tensor([4, 0, 2, 4, 1])  # row 4 twice: its gradient is a sum
    cases.add(
        'embedding',
        lambda x, p: F.embedding(x, p['weight']),
        rows,
        {'weight': torch.randn(6, 3)},
        kind='embedding',
    )


def convolutions(cases: Cases):
    def conv(name, x, weight, **arguments):
        params = {'weight': torch.randn(*weight), 'bias': torch.randn(weight[0])}
        cases.add(
            name,
            lambda x, p: F.conv2d(x, p['weight'], p['bias'], **arguments),
            torch.randn(*x),
            params,
            kind='conv',
            **arguments,
        )

    def transposed(name, x, weight, **arguments):
        params = {'weight': torch.randn(*weight), 'bias': torch.randn(weight[1] * arguments['groups'])}
        renamed = {
            'outputPadding' if key == 'output_padding' else key: value for key, value in arguments.items()
        }
        cases.add(
            name,
            lambda x, p: F.conv_transpose2d(x, p['weight'], p['bias'], **arguments),
            torch.randn(*x),
            params,
            kind='transposedConv',
            **renamed,
        )

    conv('conv', [2, 4, 9, 11], [6, 2, 3, 2], stride=2, padding=1, dilation=2, groups=2)
    conv('conv-remainder', [2, 3, 7, 10], [4, 3, 4, 4], stride=2, padding=1, dilation=1, groups=1)
    conv(
        'conv-per-axis', [1, 3, 7, 8], [2, 3, 2, 3], stride=(2, 1), padding=(0, 2), dilation=(1, 2), groups=1
    )
    conv('conv-same', [2, 2, 5, 4], [3, 2, 3, 3], stride=1, padding=1, dilation=1, groups=1)
    transposed(
        'transposed-conv',
        [2, 4, 3, 5],
        [4, 3, 3, 2],
        stride=2,
        padding=1,
        output_padding=1,
        groups=2,
        dilation=1,
    )
    transposed(
        'transposed-conv-dcgan',
        [2, 3, 4, 5],
        [3, 2, 4, 4],
        stride=2,
        padding=1,
        output_padding=0,
        groups=1,
        dilation=1,
    )
    transposed(
        'transposed-conv-project',
        [3, 5, 1, 1],
        [5, 4, 4, 4],
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        dilation=1,
    )
    transposed(
        'transposed-conv-dilated',
        [1, 2, 3, 4],
        [2, 3, 2, 3],
        stride=(3, 2),
        padding=(1, 0),
        output_padding=(2, 1),
        groups=1,
        dilation=(2, 1),
    )


def normalisations(cases: Cases):
    def affine(channels):
        return {'weight': 1 + 0.3 * torch.randn(channels), 'bias': 0.3 * torch.randn(channels)}

    def batch_norm(name, shape, training):
        states = {'mean': torch.randn(shape[1]), 'variance': 0.5 + torch.rand(shape[1])}
        after = {key: value.clone() for key, value in states.items()}  # PyTorch updates these in place
        cases.add(
            name,
            lambda x, p: F.batch_norm(
                x, after['mean'], after['variance'], p['weight'], p['bias'], training, momentum=0.1, eps=1e-5
            ),
            1 + 2 * torch.randn(*shape),
            affine(shape[1]),
            states,
            after,
            kind='batchNorm',
            training=training,
            momentum=0.1,
            eps=1e-5,
        )

    batch_norm('batch-norm-1d', [6, 4], True)
    batch_norm('batch-norm-1d-eval', [6, 4], False)
    batch_norm('batch-norm-2d', [3, 4, 2, 5], True)
    batch_norm('batch-norm-2d-eval', [3, 4, 2, 5], False)

    def channel_norm(name, kind, function, **arguments):
        cases.add(
            name,
            lambda x, p: function(x, p['weight'], p['bias']),
            1 + 2 * torch.randn(3, 6, 4, 5),
            affine(6),
            kind=kind,
            eps=1e-5,
            **arguments,
        )

    channel_norm('layer-norm-2d', 'layerNormChannels', lambda x, w, b: F.group_norm(x, 1, w, b, 1e-5))
    channel_norm('group-norm', 'groupNorm', lambda x, w, b: F.group_norm(x, 2, w, b, 1e-5), groups=2)
    channel_norm(
        'instance-norm', 'instanceNorm', lambda x, w, b: F.instance_norm(x, weight=w, bias=b, eps=1e-5)
    )
    cases.add(
        'layer-norm',
        lambda x, p: F.layer_norm(x, [7], p['weight'], p['bias'], 1e-5),
        1 + 2 * torch.randn(4, 7),
        affine(7),
        kind='layerNorm',
        eps=1e-5,
    )
    # arXiv:1710.10196 section 4.2: each pixel's vector over the channels gets unit mean square.
    cases.add(
        'pixel-norm',
        lambda x, p: x / torch.sqrt(x.square().mean(dim=1, keepdim=True) + 1e-8),
        torch.randn(2, 5, 3, 4),
        kind='pixelNorm',
        eps=1e-8,
    )


def spectral(cases: Cases, layer: str):
    """arXiv:1802.05957 as torch.nn.utils.spectral_norm: one power iteration from the stored u, then weight /
    sigma. The matrix has the output channels as rows; u and v are constants to the gradient."""
    module, input = {
        'dense': (torch.nn.Linear(7, 5), torch.randn(3, 7)),
        'conv': (torch.nn.Conv2d(3, 4, (3, 2)), torch.randn(2, 3, 5, 4)),
        'transposedConv': (torch.nn.ConvTranspose2d(3, 4, (3, 2), stride=2), torch.randn(2, 3, 3, 4)),
    }[layer]
    module = torch.nn.utils.spectral_norm(module)
    before = {'u': module.weight_u.clone()}
    params = {'weight': module.weight_orig.detach().clone(), 'bias': module.bias.detach().clone()}
    after = {}

    def run(x, p):
        output = torch.func.functional_call(module, {'weight_orig': p['weight'], 'bias': p['bias']}, (x,))
        after['u'], after['v'] = module.weight_u.clone(), module.weight_v.clone()
        rows = p['weight'].transpose(0, 1) if layer == 'transposedConv' else p['weight']
        after['sigma'] = torch.dot(after['u'], rows.flatten(1) @ after['v'])
        return output

    name = {'dense': 'dense', 'conv': 'conv', 'transposedConv': 'transposed-conv'}[layer]
    cases.add(
        f'spectral-norm-{name}',
        run,
        input,
        params,
        before,
        after,
        kind='spectralNorm',
        layer=layer,
        stride=2 if layer == 'transposedConv' else 1,
        padding=0,
        eps=1e-12,
    )


def pointwise(cases: Cases):
    far = torch.cat([torch.randn(3, 4) * 3, torch.tensor([[-60.0, -15.0, 15.0, 60.0]])])
    cases.add('leaky-relu', lambda x, p: F.leaky_relu(x, 0.2), far, kind='leakyRelu', slope=0.2)
    cases.add('softplus', lambda x, p: F.softplus(x), far, kind='softplus')
    mask = (torch.rand(4, 6) >= 0.3).to(torch.float64)
    cases.add(
        'dropout',
        lambda x, p: x * mask / (1 - 0.3),
        torch.randn(4, 6),
        states={'mask': mask},
        kind='dropout',
        probability=0.3,
    )
