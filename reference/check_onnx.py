"""Checks every ONNX model of a folder, types and shapes included. Needs the Python package onnx.

    python check_onnx.py FOLDER
"""

import pathlib
import sys

import onnx


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python check_onnx.py FOLDER", file=sys.stderr)
        return 2
    paths = sorted(pathlib.Path(sys.argv[1]).rglob("*.onnx"))
    if not paths:
        print(f"no .onnx files in {sys.argv[1]}", file=sys.stderr)
        return 2
    failed = 0
    for path in paths:
        try:
            onnx.checker.check_model(onnx.load(path), full_check=True)
        except Exception as error:  # the checker and the shape inference raise kinds of their own
            failed += 1
            print(f"{path}: {error}")
    print(f"{len(paths) - failed} models are valid, {failed} are not")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
