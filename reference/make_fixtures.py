"""Makes the stored reference numbers: `python reference/make_fixtures.py [names...]`, all by default."""

import sys

import torch

import ada
import big_systems
import biggan_counts
import curves
import full_width
import growing
import growing_layers
import inception
import layers
import metrics
import optimizers
import resize
import small_systems
import style
import stylegan2
import stylegan2_ada
import theory
import toolbox
import weight_files


def makers() -> dict:
    """What makes each fixture, by its name."""
    listed = {
        'ada': ada.make,
        'biggan-counts': biggan_counts.make,
        'biggan-layers': big_systems.make_layers,
        'growing-layers': growing_layers.make,
        'layers': layers.make,
        'metrics': metrics.make,
        'optimizers': optimizers.make,
        'style': style.make,
        'stylegan2': stylegan2.make,
        'theory': theory.make,
        'toolbox': toolbox.make,
        'resize': resize.make,
        'inception': inception.make,
        'weights': weight_files.make,
    }
    for module in [small_systems, big_systems, full_width, curves, growing, stylegan2_ada]:
        for name in module.SETTINGS:
            listed[name] = lambda module=module, name=name: module.make(name)
    return listed


def main(names: list[str]) -> int:
    listed = makers()
    unknown = [name for name in names if name not in listed]
    if unknown:
        print(f'unknown fixture: {", ".join(unknown)}; there are: {", ".join(listed)}', file=sys.stderr)
        return 2
    torch.set_num_threads(1)  # one order of summation, so that a second run writes the same bytes
    for name in names or listed:
        listed[name]()
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
