"""Fixture `resize`: images resized by Pillow, and by the rule of TensorFlow 1.

Images are hash values (hashing.py): byte i of image `name` is hash(name, i) >> 24, or 0 and 255 by sign. Small results
are stored whole; results of 299 x 299 as the CRC-32 of their bytes (uint8, or float32 little-endian).
"""

import zlib

import numpy
from PIL import Image

import hashing
from fixture import save

FILTERS = {
    'bilinear': Image.Resampling.BILINEAR,
    'bicubic': Image.Resampling.BICUBIC,
    'lanczos': Image.Resampling.LANCZOS,
}
# name: channels, height, width, new height, new width
CASES = {
    'pixel': [1, 1, 1, 3, 5],
    'row': [3, 1, 9, 4, 4],
    'column': [1, 7, 1, 3, 1],
    'odd': [3, 5, 7, 11, 4],
    'grey': [1, 8, 6, 3, 13],
    'same-width': [3, 9, 5, 4, 5],
    'shrink': [3, 31, 23, 5, 6],
    'to-one': [1, 6, 8, 1, 1],
    'extremes': [1, 12, 10, 17, 7],
    'extremes-shrink': [3, 20, 21, 9, 8],
    'cifar': [3, 32, 32, 299, 299],
    'mnist': [1, 28, 28, 299, 299],
    'uneven': [3, 37, 340, 299, 299],
    'large': [3, 512, 301, 299, 299],
}


def make():
    tensors = {}
    for name, (channels, height, width, rows, columns) in CASES.items():
        image = pixels(name, channels, height, width)
        results = {'legacy': legacy(image, rows, columns)}
        for filter_name, resampling in FILTERS.items():
            size = (columns, rows)
            floats = image.astype(numpy.float32)
            results[f'bytes-{filter_name}'] = by_channel(image, 'L', size, resampling)
            results[f'floats-{filter_name}'] = by_channel(floats, 'F', size, resampling)
        whole = by_rgb(image, (columns, rows))
        if whole is not None:  # channels are resized one by one in any case
            assert (whole == results['bytes-bicubic']).all()
        for key, result in results.items():
            small = rows * columns < 1000
            crc = zlib.crc32(numpy.ascontiguousarray(result).tobytes())
            tensors[f'{name}/{key}'] = result if small else [crc]
    save('resize', tensors, {'cases': CASES, 'pillow': Image.__version__})


def pixels(name: str, channels: int, height: int, width: int) -> numpy.ndarray:
    """Bytes [C, H, W]."""
    count = channels * height * width
    if name.startswith('extremes'):
        flat = numpy.where(hashing.signs(name, count) > 0, 255, 0)
    else:
        flat = hashing.hashes(name, count) >> numpy.uint32(24)
    return flat.astype(numpy.uint8).reshape(channels, height, width)


def by_channel(image: numpy.ndarray, mode: str, size, resampling) -> numpy.ndarray:
    planes = [Image.fromarray(plane) for plane in image]
    assert all(plane.mode == mode for plane in planes)
    return numpy.stack([numpy.asarray(plane.resize(size, resample=resampling)) for plane in planes])


def by_rgb(image: numpy.ndarray, size):
    if len(image) != 3:
        return None
    whole = Image.fromarray(numpy.ascontiguousarray(image.transpose(1, 2, 0)))
    return numpy.asarray(whole.resize(size, resample=Image.Resampling.BICUBIC)).transpose(2, 0, 1)


def legacy(image: numpy.ndarray, rows: int, columns: int) -> numpy.ndarray:
    """TensorFlow 1's resize_bilinear with align_corners false, all in float32: pixel i lies at i * from / to."""
    x = image.astype(numpy.float32)
    top, bottom, down = places(x.shape[1], rows)
    left, right, across = places(x.shape[2], columns)
    above, below = x[:, top], x[:, bottom]
    above = above[:, :, left] + (above[:, :, right] - above[:, :, left]) * across
    below = below[:, :, left] + (below[:, :, right] - below[:, :, left]) * across
    result = above + (below - above) * down[:, None]
    check_by_onnxruntime(x, result)
    return result


def places(size: int, count: int):
    scale = numpy.float32(size / count)
    at = numpy.arange(count, dtype=numpy.float32) * scale
    low = numpy.minimum(at.astype(numpy.int64), size - 1)
    return low, numpy.minimum(low + 1, size - 1), at - low.astype(numpy.float32)


def check_by_onnxruntime(x: numpy.ndarray, result: numpy.ndarray):
    """The runtime's Resize in its 'asymmetric' mode, another's implementation of the same rule."""
    import onnxruntime
    from onnx import TensorProto, helper

    node = helper.make_node(
        'Resize',
        ['x', '', '', 'sizes'],
        ['y'],
        mode='linear',
        coordinate_transformation_mode='asymmetric',
    )
    ports = [
        helper.make_tensor_value_info('x', TensorProto.FLOAT, [1, *x.shape]),
        helper.make_tensor_value_info('sizes', TensorProto.INT64, [4]),
    ]
    output = helper.make_tensor_value_info('y', TensorProto.FLOAT, [1, *result.shape])
    graph = helper.make_graph([node], 'resize', ports, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 21)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    sizes = numpy.array([1, *result.shape], dtype=numpy.int64)
    other = session.run(None, {'x': x[None], 'sizes': sizes})[0][0]
    # Places near 500 are known to 3e-5 in float32, and neighbours differ by up to 255.
    assert numpy.abs(other - result).max() < 0.03
