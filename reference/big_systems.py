"""Fixtures `sagan`, `biggan`, `biggan-deep`: whole training steps in float64 at a small width; `biggan-layers`: their blocks."""

import torch
from torch.nn import functional as F

from biggan import Critic, Generator
from fixture import save
from layer_cases import Cases

COMMON = {
    'image': [3, 16, 16],
    'classes': 3,
    'embedding': 3,
    'attention': [8],
    'latent': 6,
    'width': 2,
    'batch': 4,
    'steps': 2,
    'dataset': 12,
    'orthogonal': 0,
    'lr': 1e-4,
    'criticLr': 4e-4,
    'b1': 0.0,
}

SETTINGS = {
    'sagan': {**COMMON, 'seed': 31, 'b2': 0.9},
    'biggan': {**COMMON, 'seed': 32, 'b2': 0.999, 'orthogonal': 0.01},
    'biggan-deep': {**COMMON, 'seed': 33, 'b2': 0.999, 'width': 4, 'dataset': 8},
}


def make(name: str):
    settings = SETTINGS[name]
    torch.manual_seed(settings['seed'])
    torch.set_default_dtype(torch.float64)
    image, width, classes = settings['image'], settings['width'], settings['classes']
    G = Generator(
        name, image, width, settings['latent'], classes, settings['embedding'], settings['attention']
    )
    D = Critic(name, image, width, classes, settings['attention'])
    with torch.no_grad():
        for network in [G, D]:
            for key, parameter in network.named_parameters():
                if key.endswith('gain'):
                    parameter.fill_(0.7)  # at 0, attention would go untested
                elif parameter.ndim == 1:
                    parameter.add_(0.1 * torch.randn(parameter.shape))
    stored = draw_inputs(settings)
    before = {f'init/{key}': value.clone() for key, value in tensors(G, D).items()}
    results = train(G, D, settings, stored)
    after = {f'final/{key}': value for key, value in tensors(G, D).items()}
    save(name, {**before, **stored, **results, **after}, {'system': name, **settings})


def tensors(G, D) -> dict[str, torch.Tensor]:
    """Parameters, running statistics and left singular vectors by the names the fixtures use."""
    found = {}
    for prefix, network in [('G', G), ('D', D)]:
        for key, value in [*network.named_parameters(), *network.named_buffers()]:
            *path, last = key.split('.')
            if last == 'weight_v':
                continue
            renamed = {'weight_orig': 'weight', 'weight_u': 'u'}.get(last, last)
            found['/'.join([prefix, *path, renamed])] = value.detach()
    return found


def draw_inputs(settings: dict) -> dict[str, torch.Tensor]:
    steps, batch = settings['steps'], settings['batch']
    rows = torch.stack([torch.randperm(settings['dataset'])[:batch] for _ in range(steps)])
    return {
        'images': torch.tanh(torch.randn(settings['dataset'], *settings['image'])),
        'real/critic': rows,
        'label/critic': torch.randint(settings['classes'], (steps, batch)),
        'label/generator': torch.randint(settings['classes'], (steps, batch)),
        'z/critic': torch.randn(steps, batch, settings['latent']),
        'z/generator': torch.randn(steps, batch, settings['latent']),
    }


def train(G, D, settings: dict, stored: dict) -> dict[str, torch.Tensor]:
    """Hinge losses; the critic sees fake and real images in one call, with the same classes."""
    betas = (settings['b1'], settings['b2'])
    adam_g = torch.optim.Adam(G.parameters(), lr=settings['lr'], betas=betas)
    adam_d = torch.optim.Adam(D.parameters(), lr=settings['criticLr'], betas=betas)
    critic_losses, generator_losses, first = [], [], {}

    def update(network, prefix, optimizer, loss):
        gradients = torch.autograd.grad(loss, list(network.parameters()))
        names = [key.replace('weight_orig', 'weight').replace('.', '/') for key, _ in network.named_parameters()]
        for name, parameter, gradient in zip(names, network.parameters(), gradients):
            parameter.grad = gradient
            first.setdefault(f'grad/{prefix}/{name}', gradient.clone())
        optimizer.step()

    for step in range(settings['steps']):
        label = stored['label/critic'][step]
        with torch.no_grad():
            fake = G(stored['z/critic'][step], label)
        real = stored['images'][stored['real/critic'][step]]
        on_fake, on_real = D(torch.cat([fake, real]), torch.cat([label, label])).chunk(2)
        loss = F.relu(1 - on_real).mean() + F.relu(1 + on_fake).mean()
        critic_losses.append(loss.item())
        update(D, 'D', adam_d, loss)

        label = stored['label/generator'][step]
        loss = -D(G(stored['z/generator'][step], label), label).mean()
        loss = loss + settings['orthogonal'] * orthogonal(G)
        generator_losses.append(loss.item())
        update(G, 'G', adam_g, loss)
    return {'loss/D': torch.tensor(critic_losses), 'loss/G': torch.tensor(generator_losses), **first}


def orthogonal(G) -> torch.Tensor:
    """arXiv:1809.11096, equation 3, over all weights but the table of classes."""
    total = torch.zeros(())
    for key, weight in G.named_parameters():
        if weight.ndim >= 2 and not key.startswith('class.'):
            rows = weight.flatten(1)
            total = total + ((rows @ rows.T) * (1 - torch.eye(len(rows)))).square().sum()
    return total


def make_layers():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(34)
    cases = Cases()
    attention(cases)
    linear_norm(cases)
    blocks(cases)
    save('biggan-layers', cases.tensors, {'cases': cases.settings})


def weights(shapes: dict[str, list[int]]) -> dict[str, torch.Tensor]:
    return {key: 0.5 * torch.randn(shape) for key, shape in shapes.items()}


def convs(shapes: dict[str, list[int]]) -> dict[str, torch.Tensor]:
    """Weights and biases of convolutions."""
    return weights(
        {f'{key}/weight': shape for key, shape in shapes.items()}
        | {f'{key}/bias': shape[:1] for key, shape in shapes.items()}
    )


def attention(cases: Cases):
    def attend(x, p):
        def project(key, y):
            return F.conv2d(y, p[f'{key}/weight'])

        keys = F.max_pool2d(project('key', x), 2).flatten(2)
        values = F.max_pool2d(project('value', x), 2).flatten(2)
        scores = project('query', x).flatten(2).transpose(1, 2) @ keys
        gathered = values @ torch.softmax(scores, dim=2).transpose(1, 2)
        return x + p['gain'] * project('out', gathered.reshape(len(x), 8, *x.shape[2:]))

    shapes = {'query': [2, 16, 1, 1], 'key': [2, 16, 1, 1], 'value': [8, 16, 1, 1], 'out': [16, 8, 1, 1]}
    params = weights({f'{key}/weight': shape for key, shape in shapes.items()}) | {'gain': torch.tensor(0.6)}
    # An odd side: the last row has no key.
    cases.add('self-attention', attend, torch.randn(2, 16, 5, 6), params, kind='selfAttention')


def linear_norm(cases: Cases):
    condition = torch.randn(4, 5)

    def norm(x, p):
        plain = F.batch_norm(x, None, None, training=True, eps=1e-5)
        scale, shift = condition @ p['scale/weight'].T, condition @ p['shift/weight'].T
        return plain * (1 + scale)[..., None, None] + shift[..., None, None]

    params = weights({'scale/weight': [3, 5], 'shift/weight': [3, 5]})
    states = {'condition': condition}
    cases.add('linear-norm', norm, torch.randn(4, 3, 2, 5), params, states, kind='projectedBatchNorm')


def blocks(cases: Cases):
    """The four blocks without spectral norm; norms of the generator's have a scale and a shift of their own."""

    def conv(p, key, y):
        weight = p[f'{key}/weight']
        return F.conv2d(y, weight, p[f'{key}/bias'], padding=weight.shape[2] // 2)

    def norm(p, key, y):
        return F.relu(F.batch_norm(y, None, None, p[f'{key}/weight'], p[f'{key}/bias'], training=True))

    def double(y):
        return y.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)

    def up(x, p):
        h = conv(p, 'conv1', double(norm(p, 'norm1', x)))
        return conv(p, 'conv2', norm(p, 'norm2', h)) + conv(p, 'shortcut', double(x))

    shapes = {'conv1': [3, 6, 3, 3], 'conv2': [3, 3, 3, 3], 'shortcut': [3, 6, 1, 1], 'norm1': [6], 'norm2': [3]}
    cases.add('up', up, torch.randn(3, 6, 3, 4), convs(shapes), kind='up', channels=3)

    def down(x, p):
        h = conv(p, 'conv2', F.relu(conv(p, 'conv1', x)))
        return F.avg_pool2d(h, 2) + conv(p, 'shortcut', F.avg_pool2d(x, 2))

    shapes = {'conv1': [5, 3, 3, 3], 'conv2': [5, 5, 3, 3], 'shortcut': [5, 3, 1, 1]}
    cases.add('first-down', down, torch.randn(2, 3, 4, 6), convs(shapes), kind='firstDown', channels=5)

    def up_deep(x, p):
        h = norm(p, 'norm2', conv(p, 'conv1', norm(p, 'norm1', x)))
        h = conv(p, 'conv3', norm(p, 'norm3', conv(p, 'conv2', double(h))))
        return conv(p, 'conv4', norm(p, 'norm4', h)) + double(x[:, :4])

    shapes = {'conv1': [2, 8, 1, 1], 'conv2': [2, 2, 3, 3], 'conv3': [2, 2, 3, 3], 'conv4': [4, 2, 1, 1]}
    shapes |= {'norm1': [8], 'norm2': [2], 'norm3': [2], 'norm4': [2]}
    cases.add('up-deep', up_deep, torch.randn(3, 8, 3, 4), convs(shapes), kind='upDeep', channels=4)

    def down_deep(x, p):
        h = conv(p, 'conv2', F.relu(conv(p, 'conv1', F.relu(x))))
        h = conv(p, 'conv4', F.avg_pool2d(F.relu(conv(p, 'conv3', F.relu(h))), 2))
        short = F.avg_pool2d(x, 2)
        return h + torch.cat([short, conv(p, 'shortcut', short)], 1)

    shapes = {'conv1': [2, 5, 1, 1], 'conv2': [2, 2, 3, 3], 'conv3': [2, 2, 3, 3], 'conv4': [8, 2, 1, 1]}
    shapes |= {'shortcut': [3, 5, 1, 1]}
    cases.add('down-deep', down_deep, torch.randn(2, 5, 4, 6), convs(shapes), kind='downDeep', channels=8)
