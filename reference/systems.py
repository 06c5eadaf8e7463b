"""The losses and the training loop of the reference GANs, as in their papers' algorithm boxes.

Conventions, which matter to the running statistics of batch norm: every phase makes a fresh forward pass in
training mode. The critic phase evaluates G(z), then D(fake), then D(real), then (WGAN-GP) D at the mixed
points; the fake images are constants there. The generator phase uses the updated critic.
"""

from dataclasses import dataclass
from typing import Callable

import torch
from torch import nn
from torch.nn.functional import softplus

from networks import ConvCritic, ConvGenerator, MlpCritic, MlpGenerator, named_parameters


@dataclass
class System:
    G: nn.Module
    D: nn.Module
    critic_loss: Callable  # (G, D, inputs) -> dict of scalars; `loss` is minimised over D
    generator_loss: Callable  # (G, D, inputs) -> scalar, minimised over G


def build(settings: dict) -> System:
    """The networks and losses that the settings of a fixture describe."""
    image, latent, slope = settings['image'], settings['latent'], settings['slope']
    if settings['system'] == 'gan':
        G = MlpGenerator(latent, settings['generator'], image, settings['batchNorm'], slope)
        D = MlpCritic(image, settings['critic'], settings['dropout'], slope)
        saturating = settings['loss'] == 'saturating'
        return System(
            G, D, critic_cross_entropy, minimax_generator if saturating else non_saturating_generator
        )
    G = ConvGenerator(latent, settings['width'], image)
    if settings['system'] == 'dcgan':
        D = ConvCritic(settings['width'], image, 'batch', slope)
        return System(G, D, critic_cross_entropy, non_saturating_generator)
    D = ConvCritic(settings['width'], image, 'layer', slope)
    return System(
        G, D, wasserstein_critic(settings['lambda'], settings['penaltyEpsilon']), wasserstein_generator
    )


def critic_cross_entropy(G, D, inputs):
    """-log sigmoid(D(real)) - log(1 - sigmoid(D(fake))), arXiv:1406.2661, written with softplus."""
    with torch.no_grad():
        fake = G(inputs['z'])
    on_fake = D(fake, inputs.get('dropout/fake'))
    on_real = D(inputs['real'], inputs.get('dropout/real'))
    return {'loss': softplus(-on_real).mean() + softplus(on_fake).mean()}


def non_saturating_generator(G, D, inputs):
    """-log sigmoid(D(fake))."""
    return softplus(-D(G(inputs['z']), inputs.get('dropout/fake'))).mean()


def minimax_generator(G, D, inputs):
    """log(1 - sigmoid(D(fake))), the saturating loss."""
    return -softplus(D(G(inputs['z']), inputs.get('dropout/fake'))).mean()


def wasserstein_critic(weight: float, epsilon: float):
    """D(fake) - D(real) + lambda (|grad D| - 1)^2 at random points between, arXiv:1704.00028 algorithm 1."""

    def critic_loss(G, D, inputs):
        real, mix = inputs['real'], inputs['mix']  # mix [B, 1, 1, 1], uniform in [0, 1)
        with torch.no_grad():
            fake = G(inputs['z'])
        gap = D(fake).mean() - D(real).mean()
        between = (real + mix * (fake - real)).requires_grad_(True)
        (slope,) = torch.autograd.grad(D(between).sum(), between, create_graph=True)
        norm = torch.sqrt(slope.square().sum(dim=(1, 2, 3)) + epsilon)
        penalty = (norm - 1).square().mean()
        return {'loss': gap + weight * penalty, 'gap': gap, 'penalty': penalty}

    return critic_loss


def wasserstein_generator(G, D, inputs):
    return -D(G(inputs['z'])).mean()


def train(system: System, settings: dict, inputs: Callable) -> dict[str, torch.Tensor]:
    """Trains for `settings['steps']` iterations and returns the losses and the first gradients.

    `inputs(step, phase, repeat)` gives the tensors of one phase run. The result holds `loss/D` [steps,
    criticSteps], `loss/G` [steps], other critic terms as `<term>/D`, and `grad/<parameter>` of the first run
    of each phase.
    """
    G, D = system.G, system.D
    parameters = {'D': named_parameters('D', D), 'G': named_parameters('G', G)}
    adam = settings['adam']
    optimizers = {
        key: torch.optim.Adam(p.values(), lr=adam['lr'], betas=(adam['b1'], adam['b2']), eps=adam['eps'])
        for key, p in parameters.items()
    }
    first = {}

    def update(key: str, loss: torch.Tensor):
        gradients = torch.autograd.grad(loss, list(parameters[key].values()))
        for (name, parameter), gradient in zip(parameters[key].items(), gradients):
            parameter.grad = gradient
            first.setdefault(f'grad/{name}', gradient.clone())
        optimizers[key].step()

    critic_terms, generator_losses = [], []
    for step in range(settings['steps']):
        for repeat in range(settings['criticSteps']):
            terms = system.critic_loss(G, D, inputs(step, 'critic', repeat))
            update('D', terms['loss'])
            critic_terms.append({term: value.item() for term, value in terms.items()})
        loss = system.generator_loss(G, D, inputs(step, 'generator', 0))
        update('G', loss)
        generator_losses.append(loss.item())

    history = {'loss/G': torch.tensor(generator_losses, dtype=torch.float64)}
    for term in critic_terms[0]:
        series = torch.tensor([terms[term] for terms in critic_terms], dtype=torch.float64)
        history[f'{term}/D'] = series.reshape(settings['steps'], settings['criticSteps'])
    return {**history, **first}
