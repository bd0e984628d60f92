"""The compiled loops of online training. Importing this module compiles them, or loads them.

Nodes lie side by side, `nodes.weights[feature, node]`, so that one instruction moves many of them.
Their rows may be padded; what is in the padding never counts. A missing cell (NaN) neither counts
in a distance nor pulls.

Nothing here is checked: `som_core.engines.online.compiled_training` is the way in.
"""

import numpy as np
from numba import bool_, float64, int64, njit, types, void

from som_core.engines.online.kernel_arguments import (
    Iterations,
    Neighbourhood,
    Nodes,
    Order,
    Rows,
)

EUCLIDEAN, MANHATTAN, CHEBYSHEV, COSINE = range(4)
_OWN_SQUARES = 4  # what the cosine distance adds up besides

_MOST_NODES = 512  # for which weights are laid out

_Numbers = float64[::1]
_Table = float64[:, ::1]
_Indexes = int64[::1]
_ReadOnlyTable = types.Array(float64, 2, "C", readonly=True)


_as = types.BaseTuple.from_types
_Nodes = _as((_Table, _Table), Nodes)
_Rows = _as((_ReadOnlyTable, _Numbers), Rows)
_Order = _as((_Indexes, _Indexes, int64), Order)
_Neighbourhood = _as((int64[:, :, :, ::1], int64[:, ::1], _Indexes, bool_), Neighbourhood)
_Iterations = _as((_Numbers, _Table, _Table), Iterations)


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
def _moved(w, x, strength):
    """Move w towards x, by exactly MiniSom's arithmetic."""
    return w + strength * (x - w)


@njit(forceinline=True)
def _move_and_add_up(distance, matrix, row, following, weights, strengths, totals):
    """Move every node towards a row, and add up how far it then is from the following row.

    One way through memory does both; four features at once, or one where a cell is missing.
    """
    n_features, width = weights.shape
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
                    strength = strengths[k]
                    w0 = _moved(weights[f, k], p0, strength)
                    w1 = _moved(weights[f + 1, k], p1, strength)
                    w2 = _moved(weights[f + 2, k], p2, strength)
                    w3 = _moved(weights[f + 3, k], p3, strength)
                    weights[f, k], weights[f + 1, k] = w0, w1
                    weights[f + 2, k], weights[f + 3, k] = w2, w3
                    total = _plus(distance, _plus(distance, totals[k], x0, w0), x1, w1)
                    totals[k] = _plus(distance, _plus(distance, total, x2, w2), x3, w3)
                f += 4
                continue
        p, x = matrix[row, f], matrix[following, f]
        if not np.isnan(p):
            for k in range(width):
                weights[f, k] = _moved(weights[f, k], p, strengths[k])
        if not np.isnan(x):
            for k in range(width):
                totals[k] = _plus(distance, totals[k], x, weights[f, k])
        f += 1


@njit(forceinline=True)
def _add_up(distance, matrix, row, weights, totals):
    """Add up how far every node is from a row."""
    n_features, width = weights.shape
    for k in range(width):
        totals[k] = 0.0
    f = 0
    while f < n_features:
        if f + 4 <= n_features:
            x0, x1 = matrix[row, f], matrix[row, f + 1]
            x2, x3 = matrix[row, f + 2], matrix[row, f + 3]
            if not np.isnan(x0 + x1 + x2 + x3):
                for k in range(width):
                    total = _plus(distance, totals[k], x0, weights[f, k])
                    total = _plus(distance, total, x1, weights[f + 1, k])
                    total = _plus(distance, total, x2, weights[f + 2, k])
                    totals[k] = _plus(distance, total, x3, weights[f + 3, k])
                f += 4
                continue
        x = matrix[row, f]
        if not np.isnan(x):
            for k in range(width):
                totals[k] = _plus(distance, totals[k], x, weights[f, k])
        f += 1


@njit(forceinline=True)
def _make_positive(distance, matrix, row, length, weights, totals, own_squares):
    """Turn the totals of a row into positive numbers that grow with the distance."""
    if distance == COSINE:
        _add_up(_OWN_SQUARES, matrix, row, weights, own_squares)
        for k in range(totals.shape[0]):
            totals[k] = 2.0 - totals[k] / (np.sqrt(own_squares[k]) * length + 1e-8)


@njit
def _measure(distance, matrix, row, length, weights, totals, own_squares):
    """Write positive numbers that grow with the distance of each node from a row."""
    if distance == EUCLIDEAN:
        _add_up(EUCLIDEAN, matrix, row, weights, totals)
    else:
        _add_up(distance, matrix, row, weights, totals)
        _make_positive(distance, matrix, row, length, weights, totals, own_squares)


@njit
def _move_then_measure(
    distance, matrix, row, following, length, weights, strengths, totals, own_squares
):
    """Move every node towards a row, then measure how far it is from the following row."""
    _move_and_add_up(distance, matrix, row, following, weights, strengths, totals)
    _make_positive(distance, matrix, following, length, weights, totals, own_squares)


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
    known = ~np.isnan(sample)
    x, w = sample[known], node[known]
    if distance == EUCLIDEAN:
        return np.sqrt(_sum_as_numpy((x - w) * (x - w)))
    if distance == MANHATTAN:
        return _sum_as_numpy(np.abs(x - w))
    if distance == CHEBYSHEV:
        return np.abs(x - w).max() if x.size else 0.0
    return 1 - _sum_as_numpy(w * x) / (np.sqrt(_sum_as_numpy(w * w)) * length + 1e-8)


@njit
def _first_nearest(distance, sample, length, weights, n_nodes, bits, limit):
    """Return the first node of least distance among those whose bits are within the limit."""
    nearest, least = 0, np.inf
    for k in range(n_nodes):
        if bits[k] <= limit:
            exact = _as_numpy(distance, sample, length, weights[:, k])
            if exact < least:
                nearest, least = k, exact
    return nearest


@njit(forceinline=True)
def _nearest(distance, matrix, row, length, weights, n_nodes, bits):
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
    return _first_nearest(distance, matrix[row], length, weights, n_nodes, bits, limit)


@njit(forceinline=True)
def _look_up(neighbourhood, iterations, iteration, bmu, along_y, strengths):
    """Write how strongly each node is pulled: its weight around the bmu times the learning rate.

    `along_y` is room for the weights along y, apart for rows that a hexagonal lattice shifts and
    for others, with zeros between.
    """
    place_x, place_y, shift, is_product = neighbourhood
    rates, weights_x, weights_y = iterations
    width, height = strengths.shape
    rate = rates[iteration]
    x, y = bmu // height, bmu % height
    of_bmu, last_shift = shift[y], place_x.shape[0] - 1
    if not is_product:
        for i in range(width):
            for j in range(height):
                place = place_x[of_bmu, x, shift[j], i] + place_y[y, j]
                strengths[i, j] = weights_x[iteration, place] * rate
        return
    for j in range(height):
        along_y[0, j] = along_y[1, j] = 0.0
        along_y[shift[j], j] = weights_y[iteration, place_y[y, j]]
    for i in range(width):
        straight = weights_x[iteration, place_x[of_bmu, x, 0, i]]
        shifted = weights_x[iteration, place_x[of_bmu, x, last_shift, i]]
        for j in range(height):
            strengths[i, j] = (straight * along_y[0, j] + shifted * along_y[1, j]) * rate


@njit
def _lay_out(neighbourhood, iterations, iteration, along_x, along_y):
    """Write the weights of an iteration for every node, by shift and x and by y of the bmu."""
    place_x, place_y, shift, _ = neighbourhood
    _, weights_x, weights_y = iterations
    n_shifts, width = place_x.shape[:2]
    height = shift.shape[0]
    for i in range(width):
        for j in range(height):
            node = i * height + j
            for of_bmu in range(n_shifts):
                for x in range(width):
                    place = place_x[of_bmu, x, shift[j], i]
                    along_x[of_bmu * width + x, node] = weights_x[iteration, place]
            for y in range(height):
                along_y[y, node] = weights_y[iteration, place_y[y, j]]


@njit(
    void(_Nodes, _Rows, _Order, _Neighbourhood, _Iterations, int64, int64, int64),
    cache=True,
    nogil=True,
)
def present(nodes, rows, order, neighbourhood, iterations, first_step, last_step, distance):
    """Present rows one after another: each pulls the nodes around its bmu."""
    weights, scratch = nodes
    matrix, lengths = rows
    presented, forced_bmu, steps_per_iteration = order
    shift, rates = neighbourhood.shift, iterations.learning_rates
    n_shifts, width, height = (
        neighbourhood.place_x.shape[0],
        neighbourhood.place_x.shape[1],
        shift.shape[0],
    )
    n_nodes, n_order = width * height, presented.shape[0]
    totals, own_squares, strengths = scratch[0], scratch[1], scratch[2]
    bits = totals.view(np.int64)
    along_row = np.empty((2, height))
    strengths_xy = strengths[:n_nodes].reshape(width, height)
    # Weights laid out for every node are quick to multiply, if the iteration lasts and they fit
    # the cache.
    laid_out = (
        neighbourhood.is_product and n_nodes <= _MOST_NODES and steps_per_iteration > width + height
    )
    n_laid_out = n_nodes if laid_out else 0
    along_x = np.empty((n_shifts * width, n_laid_out))
    along_y = np.empty((height, n_laid_out))

    strengths[:] = 0.0
    place = first_step % n_order
    row = presented[place]
    _measure(distance, matrix, row, lengths[row], weights, totals, own_squares)
    iteration, step_of_iteration = 0, first_step % steps_per_iteration
    is_new_iteration = True
    for _ in range(first_step, last_step):
        bmu = forced_bmu[row]
        if bmu < 0:
            bmu = _nearest(distance, matrix, row, lengths[row], weights, n_nodes, bits)
        if laid_out:
            if is_new_iteration:
                _lay_out(neighbourhood, iterations, iteration, along_x, along_y)
            y = bmu % height
            x = shift[y] * width + bmu // height
            for k in range(n_nodes):
                strengths[k] = along_x[x, k] * along_y[y, k] * rates[iteration]
        else:
            _look_up(neighbourhood, iterations, iteration, bmu, along_row, strengths_xy)
        place = 0 if place + 1 == n_order else place + 1
        following = presented[place]
        # With a constant distance, nothing has to ask for it; one copy of the loops more is worth
        # its compilation for the distance that most maps have.
        if distance == EUCLIDEAN:
            _move_and_add_up(EUCLIDEAN, matrix, row, following, weights, strengths, totals)
        else:
            _move_then_measure(
                distance,
                matrix,
                row,
                following,
                lengths[following],
                weights,
                strengths,
                totals,
                own_squares,
            )
        row = following
        step_of_iteration += 1
        is_new_iteration = step_of_iteration == steps_per_iteration
        if is_new_iteration:
            iteration, step_of_iteration = iteration + 1, 0


@njit(void(_Nodes, _Rows, int64, _Indexes, int64), cache=True, nogil=True)
def find_nearest(nodes, rows, n_nodes, nearest, distance):
    """Write the node nearest to each row, (n_rows,)."""
    weights, scratch = nodes
    matrix, lengths = rows
    totals, own_squares = scratch[0], scratch[1]
    bits = totals.view(np.int64)
    for row in range(matrix.shape[0]):
        _measure(distance, matrix, row, lengths[row], weights, totals, own_squares)
        nearest[row] = _nearest(distance, matrix, row, lengths[row], weights, n_nodes, bits)
