"""The compiled loop of online training. Importing this module compiles it, or loads it from cache.

Nodes lie side by side, `nodes[feature, node]`, so that one instruction moves many of them. Their
rows may be padded; what is in the padding never counts. A missing cell (NaN) neither counts in a
distance nor pulls.

Nothing here is checked: `som_core.engines.online.compiled_training` is the way in.
"""

import numpy as np
from numba import bool_, float64, int64, njit, types, void

EUCLIDEAN, MANHATTAN, CHEBYSHEV, COSINE = range(4)
_OWN_SQUARES = 4  # what the cosine distance adds up besides

_MOST_NODES = 512  # for which profiles are laid out

_Numbers = float64[::1]
_Table = float64[:, ::1]
_Indexes = int64[::1]
_IndexTable = int64[:, ::1]
_Matrix = types.Array(float64, 2, "C", readonly=True)  # takes writable ones, too


@njit(fastmath={"contract"}, forceinline=True)
def _plus(distance, total, x, w):
    """Add what one feature says of the distance between x and w.

    Multiply and add may melt into one instruction here: which node is nearest is decided by
    `_as_numpy` wherever the last bits could matter.
    """
    if distance == EUCLIDEAN:
        return total + (x - w) * (x - w)
    if distance == MANHATTAN:
        return total + abs(x - w)
    if distance == CHEBYSHEV:
        return max(total, abs(x - w))
    if distance == COSINE:
        return total + x * w
    return total + w * w


@njit(forceinline=True)
def _pulled(w, x, pull):
    """Move w towards x, by exactly MiniSom's arithmetic."""
    return w + pull * (x - w)


@njit(forceinline=True)
def _pull_then_add_up(distance, matrix, row, following, nodes, pulls, totals):
    """Pull every node towards a row, and add up how far it then is from the following row.

    One way through memory does both; four features at once, or one where a cell is missing.
    """
    n_features, width = nodes.shape
    for k in range(width):
        totals[k] = 0.0
    f = 0
    while f < n_features:
        if f + 4 <= n_features:
            p0, p1, p2, p3 = (
                matrix[row, f],
                matrix[row, f + 1],
                matrix[row, f + 2],
                matrix[row, f + 3],
            )
            x0, x1 = matrix[following, f], matrix[following, f + 1]
            x2, x3 = matrix[following, f + 2], matrix[following, f + 3]
            if not np.isnan(p0 + p1 + p2 + p3 + x0 + x1 + x2 + x3):
                for k in range(width):
                    pull = pulls[k]
                    w0 = _pulled(nodes[f, k], p0, pull)
                    w1 = _pulled(nodes[f + 1, k], p1, pull)
                    w2 = _pulled(nodes[f + 2, k], p2, pull)
                    w3 = _pulled(nodes[f + 3, k], p3, pull)
                    nodes[f, k], nodes[f + 1, k], nodes[f + 2, k], nodes[f + 3, k] = w0, w1, w2, w3
                    total = _plus(distance, _plus(distance, totals[k], x0, w0), x1, w1)
                    totals[k] = _plus(distance, _plus(distance, total, x2, w2), x3, w3)
                f += 4
                continue
        p, x = matrix[row, f], matrix[following, f]
        if not np.isnan(p):
            for k in range(width):
                nodes[f, k] = _pulled(nodes[f, k], p, pulls[k])
        if not np.isnan(x):
            for k in range(width):
                totals[k] = _plus(distance, totals[k], x, nodes[f, k])
        f += 1


@njit(forceinline=True)
def _pull_then_measure(distance, matrix, row, following, length, nodes, pulls, totals, own_squares):
    """Pull, then write into `totals` a positive number that grows with the distance."""
    _pull_then_add_up(distance, matrix, row, following, nodes, pulls, totals)
    if distance == COSINE:
        pulls[:] = 0.0
        _pull_then_add_up(_OWN_SQUARES, matrix, row, following, nodes, pulls, own_squares)
        for k in range(totals.shape[0]):
            totals[k] = 2.0 - totals[k] / (np.sqrt(own_squares[k]) * length + 1e-8)


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
def _as_numpy(distance, sample, length, node):
    """Return the distance of one node with the very bits of MiniSom's numpy expression."""
    present = ~np.isnan(sample)
    x, w = sample[present], node[present]
    if distance == EUCLIDEAN:
        return np.sqrt(_sum_as_numpy((x - w) * (x - w)))
    if distance == MANHATTAN:
        return _sum_as_numpy(np.abs(x - w))
    if distance == CHEBYSHEV:
        return np.abs(x - w).max() if x.size else 0.0
    return 1 - _sum_as_numpy(w * x) / (np.sqrt(_sum_as_numpy(w * w)) * length + 1e-8)


@njit
def _first_nearest(distance, sample, length, nodes, n_nodes, bits, limit):
    """Return the first node of least distance among those whose bits are within the limit."""
    nearest, least = 0, np.inf
    for k in range(n_nodes):
        if bits[k] <= limit:
            exact = _as_numpy(distance, sample, length, nodes[:, k])
            if exact < least:
                nearest, least = k, exact
    return nearest


@njit(forceinline=True)
def _nearest(distance, matrix, row, length, nodes, n_nodes, bits):
    """Return the first node of least distance, as numpy's argmin of MiniSom's distances does.

    `bits` are those of the totals: positive numbers have the order of their bits, and integers are
    compared many at a time.
    """
    least = bits[0]
    for k in range(n_nodes):
        least = min(least, bits[k])
    # A few units in the last place for each addition, and for a root that makes two numbers one.
    limit = least + 8 * (matrix.shape[1] + 4)
    n_near = 0
    nearest = 0
    for k in range(n_nodes):
        is_near = bits[k] <= limit
        n_near += is_near
        nearest += k * is_near
    if n_near == 1:
        return nearest
    return _first_nearest(distance, matrix[row], length, nodes, n_nodes, bits, limit)


@njit(forceinline=True)
def _set_pulls(
    separable, profiles_x, profiles_y, moment, place_x, place_y, kinds, bmu, rate, along_y, pulls
):
    """Write how strongly each node is pulled: the neighbourhood of the bmu times the rate.

    `along_y` is room for the profile in y, apart for rows that a hexagonal lattice shifts and for
    others, with zeros between.
    """
    width, height = pulls.shape
    x, y = bmu // height, bmu % height
    kind, last_kind = kinds[y], place_x.shape[0] - 1
    if not separable:
        for i in range(width):
            for j in range(height):
                place = place_x[kind, x, kinds[j], i] + place_y[y, j]
                pulls[i, j] = profiles_x[moment, place] * rate
        return
    for j in range(height):
        along_y[0, j] = along_y[1, j] = 0.0
        along_y[kinds[j], j] = profiles_y[moment, place_y[y, j]]
    for i in range(width):
        others = profiles_x[moment, place_x[kind, x, 0, i]]
        shifted = profiles_x[moment, place_x[kind, x, last_kind, i]]
        for j in range(height):
            pulls[i, j] = (others * along_y[0, j] + shifted * along_y[1, j]) * rate


@njit(forceinline=True)
def _lay_out(profiles_x, profiles_y, moment, place_x, place_y, kinds, along_x, along_y):
    """Write the profiles of a moment for every node, by kind and x and by y of the bmu."""
    n_kinds, width = place_x.shape[:2]
    height = kinds.shape[0]
    for i in range(width):
        for j in range(height):
            node = i * height + j
            for kind in range(n_kinds):
                for x in range(width):
                    place = place_x[kind, x, kinds[j], i]
                    along_x[kind * width + x, node] = profiles_x[moment, place]
            for y in range(height):
                along_y[y, node] = profiles_y[moment, place_y[y, j]]


@njit(forceinline=True)
def _present(
    distance, nodes, scratch, matrix, lengths, order, forced_bmu, bmu_of, first_step, last_step,
    steps_per_moment, rates, separable, profiles_x, profiles_y, place_x, place_y, kinds,
):  # fmt: skip
    width, height = place_x.shape[1], kinds.shape[0]
    n_nodes, n_order = width * height, order.shape[0]
    totals, own_squares, pulls = scratch[0], scratch[1], scratch[2]
    bits = totals.view(np.int64)
    along_row = np.empty((2, height))
    pulls_xy = pulls[:n_nodes].reshape(width, height)
    # Profiles laid out for every node are quick to multiply, if the moment lasts and they fit the
    # cache.
    laid_out = separable and n_nodes <= _MOST_NODES and steps_per_moment > width + height
    n_laid_out = n_nodes if laid_out else 0
    along_x = np.empty((place_x.shape[0] * width, n_laid_out))
    along_y = np.empty((height, n_laid_out))

    pulls[:] = 0.0
    place = first_step % n_order
    row = order[place]
    _pull_then_measure(distance, matrix, row, row, lengths[row], nodes, pulls, totals, own_squares)
    moment, step_of_moment = 0, first_step % steps_per_moment
    is_new_moment = True
    for _ in range(first_step, last_step):
        bmu = forced_bmu[row]
        if bmu < 0:
            bmu = _nearest(distance, matrix, row, lengths[row], nodes, n_nodes, bits)
        bmu_of[row] = bmu
        if laid_out:
            if is_new_moment:
                _lay_out(profiles_x, profiles_y, moment, place_x, place_y, kinds, along_x, along_y)
            y = bmu % height
            x = kinds[y] * width + bmu // height
            for k in range(n_nodes):
                pulls[k] = along_x[x, k] * along_y[y, k] * rates[moment]
        else:
            _set_pulls(
                separable, profiles_x, profiles_y, moment, place_x, place_y, kinds, bmu,
                rates[moment], along_row, pulls_xy,
            )  # fmt: skip
        place = 0 if place + 1 == n_order else place + 1
        following = order[place]
        _pull_then_measure(
            distance, matrix, row, following, lengths[following], nodes, pulls, totals, own_squares
        )
        row = following
        step_of_moment += 1
        is_new_moment = step_of_moment == steps_per_moment
        if is_new_moment:
            moment, step_of_moment = moment + 1, 0


@njit(
    void(
        _Table, _Table, _Matrix, _Numbers, _Indexes, _Indexes, _Indexes, int64, int64, int64,
        _Numbers, bool_, _Table, _Table, int64[:, :, :, ::1], _IndexTable, _Indexes, int64,
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def present(
    nodes, scratch, matrix, lengths, order, forced_bmu, bmu_of, first_step, last_step,
    steps_per_moment, rates, separable, profiles_x, profiles_y, place_x, place_y, kinds, distance,
):  # fmt: skip
    """Present rows one after another: note the bmu of each, and pull the nodes around it."""
    # In a copy of the loop with a constant distance, nothing has to ask for it; one copy more is
    # worth its compilation for the distance that most maps have.
    if distance == EUCLIDEAN:
        _present(
            EUCLIDEAN, nodes, scratch, matrix, lengths, order, forced_bmu, bmu_of, first_step,
            last_step, steps_per_moment, rates, separable, profiles_x, profiles_y, place_x, place_y,
            kinds,
        )  # fmt: skip
    else:
        _present(
            distance, nodes, scratch, matrix, lengths, order, forced_bmu, bmu_of, first_step,
            last_step, steps_per_moment, rates, separable, profiles_x, profiles_y, place_x, place_y,
            kinds,
        )  # fmt: skip
