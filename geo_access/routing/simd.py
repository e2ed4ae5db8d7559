"""Eight sites side by side: the one operation of the search that is worth a processor's vector unit.

The search asks the same of every site: the lower of two times. So it works on rows of `BATCH` sites, and lowers a row
with one load, one comparison and one store of the machine's widest registers. numba does not find that on its own (it
unrolls so short a loop before its vectorizer sees it), so the operation is written here in LLVM's terms, which every
processor that numba knows carries out; it halves the time of the search.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

#: Sites of a batch: those that are searched at once. A row of them is 32 bytes.
BATCH: Final = 8

_TIME = ir.IntType(32)
_ROW = ir.VectorType(_TIME, BATCH)


@intrinsic  # type: ignore[untyped-decorator]
def lower_row(_context: Any, table: Any, _at: Any, source: Any, _from: Any, _later: Any) -> Any:
    """``lower_row(table, at, source, from, later)``: each site's time in a row becomes the lower of two times.

    ``table[at, :] = min(table[at, :], source[from, :] + later)``, for int32 arrays (rows, BATCH) in C order; True when
    any was lowered. Rows are not checked against the arrays' bounds.
    """
    signature = types.boolean(table, types.intp, source, types.intp, types.int32)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        table, at, source, origin, later = arguments
        into = _row_address(context, builder, signature.args[0], table, at)
        other = _row_address(context, builder, signature.args[2], source, origin)
        # numpy promises an array the alignment of its items, not of rows.
        had, offered = builder.load(into, align=4), builder.load(other, align=4)
        spread = builder.insert_element(ir.Constant(_ROW, ir.Undefined), later, ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), BATCH), [0] * BATCH)
        offered = builder.add(offered, builder.shuffle_vector(spread, spread, zeros))
        lower = builder.icmp_signed("<", offered, had)
        builder.store(builder.select(lower, offered, had), into, align=4)
        mask = builder.bitcast(lower, ir.IntType(BATCH))
        return builder.icmp_unsigned("!=", mask, ir.Constant(ir.IntType(BATCH), 0))

    return signature, generate


def _row_address(context: Any, builder: Any, kind: Any, array: Any, row: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    first = builder.gep(data, [builder.mul(row, ir.Constant(row.type, BATCH))])
    return builder.bitcast(first, _ROW.as_pointer())
