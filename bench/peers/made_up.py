"""Numbers and digits that are made by a formula, alike here and in test/fixtures/made-up.ts: no file need carry them."""
import numpy as np


def scrambled(n):
    """Whole numbers from 0 up to 2^32, each by its place n: the last steps of MurmurHash3 (Appleby, 2011)."""
    n = np.asarray(n, np.uint32)
    n = (n ^ n >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    n = (n ^ n >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return n ^ n >> np.uint32(16)


def numbers(shape, first):
    """Numbers from -1 to 1, 24 bits, so that float32 holds them exactly; `first` is the place of the first of them."""
    places = np.arange(np.prod(shape)) + first
    return ((scrambled(places) >> np.uint32(8)) / 2.0**23 - 1).reshape(shape)


def digits(count, first):
    """Pixels [count, 784] and labels [count]. A digit is a pattern of its label's own, three quarters of its ink lost, under
    specks; one label in eight is any. Like MNIST's, most pixels are 0, and no network gets all of them right."""
    images = np.arange(count)[:, None] + first
    luck = scrambled(images + 0x10000000)
    drawn = images % 10
    labels = np.where(luck % 8 == 0, luck // 8 % 10, drawn)
    pixels = np.arange(784)[None, :]
    inked = scrambled(drawn * 784 + pixels) % 4 == 0
    grain = scrambled(images * 784 + pixels + 0x20000000)
    return np.where(grain % np.where(inked, 4, 16) == 0, grain >> np.uint32(24), 0).astype(np.uint8), labels[:, 0]
