"""The compiled loops of online training. Importing this module compiles it, or loads it from cache.

Nodes lie side by side: `nodes[feature, node]`, so that one instruction moves many nodes. Rows are
padded and aligned (`side_by_side` in som.py); what is in the padding never counts.
A missing cell (NaN) neither counts in a distance nor pulls.
"""

import numpy as np
from numba import bool_, float64, int64, njit, types, void

EUCLIDEAN, MANHATTAN, CHEBYSHEV, COSINE = range(4)

_Table = float64[:, ::1]
_Numbers = float64[::1]
_Indexes = int64[::1]
_IndexTable = int64[:, ::1]
_Matrix = types.Array(float64, 2, "C", readonly=True)  # takes writable ones, too


_SQUARES, _SIZES, _LARGEST, _PRODUCTS, _OWN_SQUARES = range(5)


@njit(fastmath={"contract"}, forceinline=True)
def _plus(kind, total, x, w):
    """Add what one feature says of the distance between x and w.

    Multiply and add may melt into one instruction here: whether a node is nearest is decided by
    `_as_numpy` wherever the last bits could matter.
    """
    if kind == _SQUARES:
        return total + (x - w) * (x - w)
    if kind == _SIZES:
        return total + abs(x - w)
    if kind == _LARGEST:
        return max(total, abs(x - w))
    if kind == _PRODUCTS:
        return total + x * w
    return total + w * w


@njit(forceinline=True)
def _pulled(w, x, pull):
    """Exactly MiniSom's arithmetic: no melting of instructions, no other order."""
    return w + pull * (x - w)


@njit(forceinline=True)
def _pull_then_measure(kind, learned, sample, nodes, pulls, totals):
    """Pull every node towards `learned`, and add up how far each then is from `sample`.

    One pass over memory does both; four features at once, one where a cell of the four is missing.
    """
    n_features, width = nodes.shape
    for k in range(width):
        totals[k] = 0.0
    f = 0
    while f < n_features:
        if f + 4 <= n_features and not np.isnan(learned[f : f + 4].sum() + sample[f : f + 4].sum()):
            p0, p1, p2, p3 = learned[f], learned[f + 1], learned[f + 2], learned[f + 3]
            x0, x1, x2, x3 = sample[f], sample[f + 1], sample[f + 2], sample[f + 3]
            for k in range(width):
                pull = pulls[k]
                w0 = _pulled(nodes[f, k], p0, pull)
                w1 = _pulled(nodes[f + 1, k], p1, pull)
                w2 = _pulled(nodes[f + 2, k], p2, pull)
                w3 = _pulled(nodes[f + 3, k], p3, pull)
                nodes[f, k], nodes[f + 1, k], nodes[f + 2, k], nodes[f + 3, k] = w0, w1, w2, w3
                total = _plus(kind, _plus(kind, totals[k], x0, w0), x1, w1)
                totals[k] = _plus(kind, _plus(kind, total, x2, w2), x3, w3)
            f += 4
        else:
            if not np.isnan(learned[f]):
                for k in range(width):
                    nodes[f, k] = _pulled(nodes[f, k], learned[f], pulls[k])
            if not np.isnan(sample[f]):
                for k in range(width):
                    totals[k] = _plus(kind, totals[k], sample[f], nodes[f, k])
            f += 1


@njit
def _measure(distance, learned, sample, length, nodes, pulls, totals, own):
    """Pull, then write into `totals` a number that grows with the distance, and is positive."""
    if distance == EUCLIDEAN:
        _pull_then_measure(_SQUARES, learned, sample, nodes, pulls, totals)
    elif distance == MANHATTAN:
        _pull_then_measure(_SIZES, learned, sample, nodes, pulls, totals)
    elif distance == CHEBYSHEV:
        _pull_then_measure(_LARGEST, learned, sample, nodes, pulls, totals)
    else:
        _pull_then_measure(_PRODUCTS, learned, sample, nodes, pulls, totals)
        pulls[:] = 0.0
        _pull_then_measure(_OWN_SQUARES, learned, sample, nodes, pulls, own)
        for k in range(totals.shape[0]):
            totals[k] = 2.0 - totals[k] / (np.sqrt(own[k]) * length + 1e-8)


@njit
def _sum_of_leaf(numbers):
    """Add up to 128 numbers in numpy's order: eight sums side by side, then what is left over."""
    n = numbers.shape[0]
    total = 0.0
    whole = n - n % 8
    if whole:
        lanes = numbers[:8].copy()
        for i in range(8, whole):
            lanes[i % 8] += numbers[i]
        total = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + (
            (lanes[4] + lanes[5]) + (lanes[6] + lanes[7])
        )
    for i in range(whole, n):
        total += numbers[i]
    return total


@njit
def _sum_as_numpy(numbers):
    """Add in the order of numpy's pairwise sum, so that every bit is the same.

    It halves until at most 128 numbers are left. Halves still to be added wait in `waiting`,
    sums that wait for their other half in `sums`, each with its depth (a kernel that calls itself
    can't be cached).
    """
    waiting = [(numbers.shape[0], 0)]
    sums = [(0.0, -1)]
    first = 0
    while waiting:
        n, depth = waiting.pop()
        while n > 128:
            half = n // 2 - n // 2 % 8
            depth += 1
            waiting.append((n - half, depth))
            n = half
        total = _sum_of_leaf(numbers[first : first + n])
        first += n
        while sums[-1][1] == depth and depth > 0:
            total = sums.pop()[0] + total
            depth -= 1
        sums.append((total, depth))
    return sums[-1][0]


@njit
def _as_numpy(distance, sample, length, nodes, k, terms):
    """Return the distance of one node with the very bits of MiniSom's numpy expression."""
    n = 0
    for f in range(sample.shape[0]):
        if not np.isnan(sample[f]):
            away = sample[f] - nodes[f, k]
            if distance == EUCLIDEAN:
                terms[n] = away * away
            elif distance == COSINE:
                terms[n] = sample[f] * nodes[f, k]
            else:
                terms[n] = abs(away)
            n += 1
    if distance == CHEBYSHEV:
        return terms[:n].max() if n else 0.0
    total = _sum_as_numpy(terms[:n])
    if distance == EUCLIDEAN:
        return np.sqrt(total)
    if distance == MANHATTAN:
        return total
    n = 0
    for f in range(sample.shape[0]):
        if not np.isnan(sample[f]):
            terms[n] = nodes[f, k] * nodes[f, k]
            n += 1
    return 1 - total / (np.sqrt(_sum_as_numpy(terms[:n])) * length + 1e-8)


@njit
def _nearest(distance, sample, length, nodes, n_nodes, totals, bits, terms):
    """Return the first node of least distance, as numpy's argmin of MiniSom's distances does."""
    # Positive numbers have the order of their bits, and integers are compared many at a time.
    least_bits = bits[0]
    least = 0
    for k in range(n_nodes):
        least_bits = min(least_bits, bits[k])
    least = 0
    for k in range(n_nodes):
        if bits[k] == least_bits:
            least = k
    # All that rounding, or a root that makes two numbers one, could change between two orders.
    limit = totals[least] * (1 + 1e-15 * (sample.shape[0] + 4))
    n_near = 0
    for k in range(n_nodes):
        if totals[k] <= limit:
            n_near += 1
    if n_near == 1:
        return least
    nearest = 0
    nearest_distance = np.inf
    for k in range(n_nodes):
        if totals[k] <= limit:
            exact = _as_numpy(distance, sample, length, nodes, k, terms)
            if exact < nearest_distance:
                nearest, nearest_distance = k, exact
    return nearest


@njit
def _set_pulls(separable, profile_x, profile_y, place_x, place_y, kinds, bmu, rate, pulls):
    """Write how strongly each node is pulled: the neighbourhood of the bmu times the rate."""
    height, width = kinds.shape[0], place_x.shape[1]
    x, y = divmod(bmu, height)
    for i in range(width):
        for j in range(height):
            column = place_x[kinds[y], x, kinds[j], i]
            if separable:
                pull = profile_x[column] * profile_y[place_y[y, j]]
            else:
                pull = profile_x[column + place_y[y, j]]
            pulls[i * height + j] = pull * rate


@njit(
    void(
        _Table, _Table, _Matrix, _Numbers, _Indexes, _Indexes, int64, int64, int64,
        _Numbers, bool_, _Table, _Table, int64[:, :, :, ::1], _IndexTable, _Indexes, int64,
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def present(
    nodes, scratch, matrix, lengths, order, forced_bmu, first_step, last_step, steps_per_moment,
    rates, separable, profiles_x, profiles_y, place_x, place_y, kinds, distance,
):  # fmt: skip
    """Present rows one after another: find the bmu of each, and pull the nodes around it."""
    n_nodes = place_x.shape[1] * place_y.shape[0]
    totals, own, pulls = scratch[0], scratch[1], scratch[2]
    bits = totals.view(np.int64)
    terms = np.empty(matrix.shape[1])
    row = order[first_step % order.shape[0]]
    pulls[:] = 0.0
    _measure(distance, matrix[row], matrix[row], lengths[row], nodes, pulls, totals, own)
    for step in range(first_step, last_step):
        bmu = forced_bmu[row]
        if bmu < 0:
            bmu = _nearest(distance, matrix[row], lengths[row], nodes, n_nodes, totals, bits, terms)
        moment = step // steps_per_moment - first_step // steps_per_moment
        _set_pulls(
            separable, profiles_x[moment], profiles_y[moment],
            place_x, place_y, kinds, bmu, rates[moment], pulls,
        )  # fmt: skip
        following = order[(step + 1) % order.shape[0]]
        _measure(
            distance, matrix[row], matrix[following], lengths[following], nodes, pulls, totals, own
        )
        row = following


@njit(void(_Table, _Table, _Matrix, _Numbers, int64, int64, _Indexes), cache=True, nogil=True)
def find_nearest(nodes, scratch, matrix, lengths, n_nodes, distance, nearest):
    """Write the nearest node of each row into `nearest`."""
    totals, own, pulls = scratch[0], scratch[1], scratch[2]
    bits = totals.view(np.int64)
    terms = np.empty(matrix.shape[1])
    for i in range(matrix.shape[0]):
        row, length = matrix[i], lengths[i]
        pulls[:] = 0.0
        _measure(distance, row, row, length, nodes, pulls, totals, own)
        nearest[i] = _nearest(distance, row, length, nodes, n_nodes, totals, bits, terms)
