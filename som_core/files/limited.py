"""A program of its own: it runs a parser of binary files with limits of memory and time.

Such parsers are compiled. A fault, or a file that asks for more memory than there is, ends the
process that they run in: so that is this one, and not the server. It knows nothing of som_core, so
that it starts in a tenth of a second.

    python limited.py PARSER WANTED

PARSER is a file with `main(wanted)`, which reads stdin, writes text to stdout and returns what it
found. WANTED is its argument as JSON, with the most `memory` (bytes) and `seconds`. What was found
is the last line on stderr, as JSON.
"""

import json
import runpy
import sys

if sys.platform != "win32":
    import resource


def limit(memory: int, seconds: int) -> None:
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        memory = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_AS, (memory, most))


if __name__ == "__main__":
    wanted = json.loads(sys.argv[2])
    limit(wanted["memory"], wanted["seconds"])
    main = runpy.run_path(sys.argv[1])["main"]
    try:
        found = main(wanted)
    except MemoryError:
        found = {"problem": "memory"}
    print("\n" + json.dumps(found), file=sys.stderr)
