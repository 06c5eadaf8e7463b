"""Small files of weights as other programs write them, `fixtures/weights-*`, and `weights`: the numbers they hold."""

from collections import OrderedDict

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from fixture import FOLDER, save


def make():
    torch.manual_seed(3)
    module = torch.nn.Sequential(OrderedDict(conv=torch.nn.Conv2d(2, 3, (1, 2), bias=False), bn=torch.nn.BatchNorm2d(3)))
    state = module.state_dict()
    table = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8
    # Views: of one storage, from its middle, and with steps of their own.
    state['views.rows'], state['views.turned'] = table[1:3], table.T
    state['views.column'] = table[:, 2]
    state['scalar'] = torch.tensor(2.5)
    state['empty'] = torch.zeros(0, 3)
    state['parameter'] = torch.nn.Parameter(torch.tensor([1.5, -2.5]))
    for name, kind in [('half', torch.float16), ('brain', torch.bfloat16), ('double', torch.float64)]:
        state[f'types.{name}'] = torch.tensor([0.0, 1.0, -2.75, 0.15625, 6.1e-5, 1e-7, 60000.0]).to(kind)
    for name, kind in [('byte', torch.uint8), ('char', torch.int8), ('short', torch.int16), ('int', torch.int32), ('long', torch.int64)]:
        state[f'types.{name}'] = torch.tensor([0, 1, 100]).to(kind)
    state['types.bool'] = torch.tensor([True, False])
    torch.save(state, FOLDER / 'weights-zip.pth')
    torch.save(state, FOLDER / 'weights-legacy.pth', _use_new_zipfile_serialization=False)
    torch.save(state, FOLDER / 'weights-protocol4.pth', pickle_protocol=4)
    torch.save(module, FOLDER / 'weights-module.pth')
    for name in ['zip', 'legacy', 'protocol4', 'module']:
        (FOLDER / f'weights-{name}.pth').chmod(0o644)
    save_onnx({name: state[name] for name in ['conv.weight', 'bn.bias', 'types.half', 'types.double', 'types.long', 'scalar']})
    shapes = {name: list(value.shape) for name, value in state.items()}
    filled = {name: value.detach().double().numpy() for name, value in state.items()}
    save('weights', {name: value for name, value in filled.items() if value.size}, {'shapes': shapes})


def save_onnx(tensors: dict):
    """Initialisers with their numbers as raw bytes, and the first one also as a list of floats."""
    initializers = [numpy_helper.from_array(value.numpy(), name) for name, value in tensors.items()]
    listed = tensors['conv.weight']
    initializers.append(
        helper.make_tensor('listed', TensorProto.FLOAT, list(listed.shape), listed.flatten().numpy().astype(numpy.float32))
    )
    output = helper.make_tensor_value_info('y', TensorProto.FLOAT, [])
    graph = helper.make_graph([helper.make_node('Identity', ['scalar'], ['y'])], 'weights', [], [output], initializers)
    onnx.save(helper.make_model(graph), FOLDER / 'weights.onnx')
    (FOLDER / 'weights.onnx').chmod(0o644)
