import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import type { Dataset } from '../dataset.ts';
import { choiceOf, parseSourceQuery } from '../sourceQuery.ts';
import { statUserPath, userPath } from './files.ts';
import { openIdxPair } from './idxFiles.ts';
import type { OpenOptions } from './options.ts';

/** The classes in the order of their labels (Xiao et al. 2017, arXiv:1708.07747, table 2). */
const CLASSES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/** Where Debian's package dataset-fashion-mnist puts the files. */
const DEBIAN_FOLDER = '/usr/share/datasets/fashion-mnist';

const HOW_TO_GET =
  "on Debian and Ubuntu run 'sudo apt install dataset-fashion-mnist', or, without being root, " +
  "'apt-get download dataset-fashion-mnist && dpkg-deb -x dataset-fashion-mnist_*.deb fashion', then use " +
  "'fashion-mnist:./fashion/usr/share/datasets/fashion-mnist'";

/**
 * Fashion-MNIST from the user's folder, `fashion-mnist:DIR`, or from where its Debian package puts it, `fashion-mnist`: 60,000 images
 * for training, or the 10,000 of `?part=test`.
 *
 * @throws UsageError saying how to get the files when they are not there.
 */
export async function openFashionMnist(
  source: string,
  text: string,
  options: OpenOptions,
  standard = DEBIAN_FOLDER,
): Promise<Dataset> {
  const { path, settings } = parseSourceQuery(source, text, ['part']);
  const part = choiceOf(source, 'part', settings.part, ['train', 'test']);
  if (path === '' && !existsSync(standard)) {
    throw new UsageError(`data '${source}': ${standard} does not exist; ${HOW_TO_GET}`);
  }
  const folder = path === '' ? standard : userPath(source, path);
  await statUserPath(source, folder);
  const prefix = part === 'train' ? 'train' : 't10k';
  const [images, labels] = ['images-idx3-ubyte', 'labels-idx1-ubyte'].map((end) =>
    [`${prefix}-${end}.gz`, `${prefix}-${end}`]
      .map((name) => join(folder, name))
      .find((file) => existsSync(file)),
  );
  if (!images || !labels) {
    throw new UsageError(
      `data '${source}': ${folder} lacks ${prefix}-${images ? 'labels-idx1' : 'images-idx3'}-ubyte.gz; ${HOW_TO_GET}`,
    );
  }
  const data = await openIdxPair(source, images, labels, { ...options, classes: CLASSES });
  return { ...data, licence: 'MIT (Zalando SE)' };
}
