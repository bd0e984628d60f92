"""Long work in processes of its own: the line of jobs, what they are, and who does them.

order.py        what a job has to do            queue.py       the line, in SQLite
kinds/          one file = one kind of job      progress.py    how far a job is
submission.py   ask for one, cancel it          status.py      how it stands, for the pages
rounds.py       what the worker does            child.py       one job, in its own process
watch.py        a worker for every server       prediction.py  what a training will need
"""
