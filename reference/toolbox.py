"""Fixture `toolbox`: objectives, penalties and batch layers of the toolbox on two fixed networks, with their gradients.

G is a perceptron from z to points, D one from points to scores with softplus between, which has no kinks. Each case is a
scalar of both; `<case>/value` and its gradients in every weight, `<case>/grad/<weight>`, are stored. The cases `gradientPenalty`,
`dragan`, `r1`, `r2` differentiate twice through D, `pathLength` twice through G, `unrolled` twice through both.
"""

import torch
from torch.nn.functional import cross_entropy, embedding, softplus

from fixture import save

BATCH, LATENT, FEATURES, HIDDEN, CLASSES = 6, 3, 4, 5, 3


def make():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(23)
    weights = {
        'G/fc1/weight': torch.randn(HIDDEN, LATENT),
        'G/fc1/bias': torch.randn(HIDDEN),
        'G/out/weight': torch.randn(FEATURES, HIDDEN),
        'G/out/bias': torch.randn(FEATURES),
        'D/fc1/weight': torch.randn(HIDDEN, FEATURES),
        'D/fc1/bias': torch.randn(HIDDEN),
        'D/out/weight': torch.randn(1, HIDDEN),
        'D/out/bias': torch.randn(1),
    }
    inputs = {
        'real': torch.randn(BATCH, FEATURES),
        'z': torch.randn(BATCH, LATENT),
        'mix': torch.rand(BATCH, 1),
        'around': torch.randn(BATCH, FEATURES),
        'direction': torch.randn(BATCH, FEATURES),
        'flipReal': (torch.rand(BATCH, 1) < 0.5).double(),
        'flipFake': (torch.rand(BATCH, 1) < 0.5).double(),
        'logits': torch.randn(BATCH, CLASSES),
        'kernels': torch.randn(HIDDEN, 2 * 3) * 0.3,
        'images': torch.rand(2, 3, 8, 10) * 2 - 1,
        'u': torch.rand(7, 2, 1, 1, 1),
    }
    label = torch.tensor([2, 0, 1, 1, 2, 0])
    leaves = {name: value.clone().requires_grad_(True) for name, value in weights.items()}
    stored = {f'weight/{name}': value for name, value in weights.items()}
    stored |= {f'input/{name}': value for name, value in inputs.items()} | {'input/label': label}
    for name, function in cases(inputs, label).items():
        value = function(leaves)
        gradients = torch.autograd.grad(value, list(leaves.values()), allow_unused=True)
        stored[f'{name}/value'] = value.reshape(1)
        for key, gradient in zip(leaves, gradients):
            if gradient is not None:
                stored[f'{name}/grad/{key}'] = gradient
    stored |= batch_layers(inputs) | augmentations(inputs)
    save('toolbox', stored, {})


def generate(w, z):  # [B, latent] -> [B, features]
    return torch.tanh(z @ w['G/fc1/weight'].T + w['G/fc1/bias']) @ w['G/out/weight'].T + w['G/out/bias']


def features(w, x):  # [B, features] -> [B, hidden]
    return softplus(x @ w['D/fc1/weight'].T + w['D/fc1/bias'])


def judge(w, x):  # [B, features] -> [B, 1]
    return features(w, x) @ w['D/out/weight'].T + w['D/out/bias']


def slope(w, x):
    """Squared length of D's gradient at each example, [B]."""
    points = x if x.requires_grad else x.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(judge(w, points).sum(), points, create_graph=True)
    return gradient.square().sum(dim=1)


def length(w, x):
    return torch.sqrt(slope(w, x) + 1e-12)


def cases(inputs: dict, label: torch.Tensor) -> dict:
    real, z, mix = inputs['real'], inputs['z'], inputs['mix']

    def fake(w):
        return generate(w, z)

    def between(w):
        return real + mix * (fake(w) - real)

    def near_data():
        return real + 0.5 * real.std(correction=0) * inputs['around']

    listed = {
        'twoSided': lambda w: (length(w, between(w)) - 1).square().mean(),
        'target': lambda w: (length(w, between(w)) - 0.3).square().mean(),
        'oneSided': lambda w: torch.relu(length(w, between(w)) - 0.7).square().mean(),
        'atReal': lambda w: (length(w, real) - 1).square().mean(),
        'atFake': lambda w: (length(w, fake(w)) - 1).square().mean(),
        'dragan': lambda w: (length(w, near_data()) - 1).square().mean(),
        'r1': lambda w: 1.5 / 2 * slope(w, real).mean(),
        'r2': lambda w: 1.5 / 2 * slope(w, fake(w)).mean(),
        'packedPenalty': packed_penalty(real, mix, z),
        'drift': lambda w: judge(w, real).square().mean(),
        'orthogonal': lambda w: orthogonal(w, 'G/'),
        'criticOrthogonal': lambda w: orthogonal(w, 'D/'),
        'pathLength': path_length(z, inputs['direction']),
        'featureMatching': lambda w: (features(w, real).mean(0) - features(w, fake(w)).mean(0)).square().sum(),
        'unrolled': unrolled(real, z),
        'unrolledGame': unrolled(real, z, whole=True),
        'auxiliary': lambda w: cross_entropy(inputs['logits'] + 0 * judge(w, real), label),
    }
    for name, (critic, generator) in objectives().items():
        listed[f'critic/{name}'] = lambda w, f=critic: f(judge(w, real), judge(w, fake(w)))
        listed[f'generator/{name}'] = lambda w, f=generator: f(judge(w, real), judge(w, fake(w)))
    listed['critic/smoothed'] = lambda w: bce(judge(w, real), 0.9) + bce(judge(w, fake(w)), 0)
    listed['critic/flipped'] = lambda w: (
        bce(judge(w, real), 1 - inputs['flipReal']) + bce(judge(w, fake(w)), inputs['flipFake'])
    )
    return listed


def bce(logits, target):
    """Binary cross entropy with a target probability."""
    target = torch.as_tensor(target, dtype=logits.dtype).expand_as(logits)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, target)


def objectives() -> dict:
    """Losses of (real scores, fake scores): the critic's and the generator's."""

    def average(loss_real, loss_fake):
        def critic(r, f):
            return loss_real(r - f.mean()).mean() + loss_fake(f - r.mean()).mean()

        return critic, lambda r, f: critic(f, r)

    a, b, c = -1, 1, 0.5
    margin = torch.relu
    return {
        'non-saturating': (lambda r, f: bce(r, 1) + bce(f, 0), lambda r, f: bce(f, 1)),
        'minimax': (lambda r, f: bce(r, 1) + bce(f, 0), lambda r, f: -bce(f, 0)),
        'least-squares': (
            lambda r, f: ((r - b) ** 2).mean() / 2 + ((f - a) ** 2).mean() / 2,
            lambda r, f: ((f - c) ** 2).mean() / 2,
        ),
        'hinge': (lambda r, f: margin(1 - r).mean() + margin(1 + f).mean(), lambda r, f: -f.mean()),
        'wasserstein': (lambda r, f: f.mean() - r.mean(), lambda r, f: -f.mean()),
        'relativistic-average': average(lambda s: softplus(-s), softplus),
        'relativistic-average-ls': average(lambda s: (s - 1) ** 2, lambda s: (s + 1) ** 2),
        'relativistic-average-hinge': average(lambda s: margin(1 - s), lambda s: margin(1 + s)),
        'relativistic-pairing': (
            lambda r, f: softplus(-(r - f)).mean(),
            lambda r, f: softplus(-(f - r)).mean(),
        ),
    }


def packed_penalty(real, mix, z):
    """Two examples a decision: D sees the mean of a pack, so that its width stays; the gradient is over both."""

    def penalty(w):
        shared = mix[: BATCH // 2].repeat_interleave(2, dim=0)
        x = real + shared * (generate(w, z) - real)
        packs = x.reshape(BATCH // 2, 2, FEATURES)
        (gradient,) = torch.autograd.grad(judge(w, packs.mean(dim=1)).sum(), packs, create_graph=True)
        lengths = torch.sqrt(gradient.flatten(1).square().sum(dim=1) + 1e-12)
        return (lengths - 1).square().mean()

    return penalty


def orthogonal(w, network):
    total = torch.zeros(())
    for name, weight in w.items():
        if name.startswith(network) and weight.ndim > 1:
            products = weight @ weight.T
            total = total + (products * (1 - torch.eye(len(products)))).square().sum()
    return total


def path_length(z, direction):
    """The running mean begins at 2 and moves by a hundredth of the way, before the penalty; it is a constant."""

    def penalty(w):
        latent = z.clone().requires_grad_(True)
        (product,) = torch.autograd.grad((generate(w, latent) * direction).sum(), latent, create_graph=True)
        lengths = torch.sqrt(product.square().sum(dim=1) + 1e-12)
        target = 2 + 0.01 * (lengths.mean().detach() - 2)
        return (lengths - target).square().mean()

    return penalty


def unrolled(real, z, whole=False):
    """
    The generator's loss at the critic after two gradient steps of 0.1, differentiated through them; the whole game has the critic's
    term of real examples too, with the opposite sign.
    """

    def loss(w):
        fake = generate(w, z)
        critic = {name: value for name, value in w.items() if name.startswith('D/')}
        for _ in range(2):
            value = softplus(-judge(critic, real)).mean() + softplus(judge(critic, fake)).mean()
            gradients = torch.autograd.grad(value, list(critic.values()), create_graph=True)
            critic = {name: p - 0.1 * g for (name, p), g in zip(critic.items(), gradients)}
        fooled = softplus(-judge(critic, fake)).mean()
        return fooled - softplus(-judge(critic, real)).mean() if whole else fooled

    return loss


def batch_layers(inputs: dict) -> dict:
    """Minibatch discrimination of two kernels of three numbers, and minibatch standard deviation in groups."""
    x = torch.randn(BATCH, HIDDEN).requires_grad_(True)
    kernels = inputs['kernels'].clone().requires_grad_(True)
    m = (x @ kernels).reshape(BATCH, 2, 3)
    distance = (m[:, None] - m[None]).abs().sum(dim=3)
    others = torch.exp(-distance).sum(dim=1) - 1
    discrimination = torch.cat([x, others], dim=1)
    cotangent = torch.randn(discrimination.shape)
    gradients = torch.autograd.grad((discrimination * cotangent).sum(), [x, kernels])
    stored = {
        'discrimination/input': x,
        'discrimination/output': discrimination,
        'discrimination/cotangent': cotangent,
        'discrimination/grad/input': gradients[0],
        'discrimination/grad/weight': gradients[1],
    }
    images = torch.randn(6, 2, 3, 4).requires_grad_(True)
    group = images.reshape(3, 2, 2, 3, 4)  # three examples a group, two groups
    deviation = torch.sqrt(group.var(dim=0, correction=0) + 1e-8).mean(dim=(1, 2, 3))
    extra = deviation.repeat(3).reshape(6, 1, 1, 1).expand(6, 1, 3, 4)
    output = torch.cat([images, extra], dim=1)
    cotangent = torch.randn(output.shape)
    (gradient,) = torch.autograd.grad((output * cotangent).sum(), images)
    stored |= {
        'deviation/input': images,
        'deviation/output': output,
        'deviation/cotangent': cotangent,
        'deviation/grad/input': gradient,
    }
    rows, classes = torch.randn(5, 3, 2, 2), torch.tensor([1, 0, 1, 1, 0])
    scale, shift = torch.randn(2, 3), torch.randn(2, 3)
    normal = torch.nn.functional.batch_norm(rows, None, None, training=True, eps=1e-5)
    output = normal * embedding(classes, scale)[..., None, None] + embedding(classes, shift)[..., None, None]
    stored |= {
        'conditional/input': rows,
        'conditional/label': classes,
        'conditional/scale': scale,
        'conditional/shift': shift,
        'conditional/output': output,
    }
    return stored


def augmentations(inputs: dict) -> dict:
    """Each augmentation of two pictures [3, 8, 10], from seven uniform numbers an image."""
    images = inputs['images'].clone().requires_grad_(True)
    brightness, saturation, contrast, down, right, row, column = inputs['u']
    x = images + brightness - 0.5
    x = (x - x.mean(dim=1, keepdim=True)) * saturation * 2 + x.mean(dim=1, keepdim=True)
    coloured = (x - x.mean(dim=(1, 2, 3), keepdim=True)) * (contrast + 0.5) + x.mean(dim=(1, 2, 3), keepdim=True)
    moved, cut = torch.zeros_like(images), images.clone()
    for i in range(len(images)):
        by_row = int(down[i] * 3) - 1  # an eighth of 8 and of 10 is 1
        by_column = int(right[i] * 3) - 1
        for y in range(8):
            for x_ in range(10):
                if 0 <= y - by_row < 8 and 0 <= x_ - by_column < 10:
                    moved[i, :, y, x_] = images[i, :, y - by_row, x_ - by_column]
        top, left = int(row[i] * 9) - 2, int(column[i] * 10) - 2  # squares of 4 and of 5
        cut[i, :, max(top, 0) : top + 4, max(left, 0) : left + 5] = 0
    stored = {}
    for name, output in {'colour': coloured, 'translation': moved, 'cutout': cut}.items():
        cotangent = torch.randn(output.shape)
        (gradient,) = torch.autograd.grad((output * cotangent).sum(), images, retain_graph=True)
        stored |= {
            f'{name}/output': output,
            f'{name}/cotangent': cotangent,
            f'{name}/grad/input': gradient,
        }
    return stored
