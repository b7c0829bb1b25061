"""Runs our computations and PyTorch's alternately and prints a table of medians and ratios.

Usage: compare.py [--quick] [--threads N] [--only NAME]... -- JAVA COMMAND...

Every computation runs in two fresh processes, ours and PyTorch's. After a warm-up they take turns, a
few runs each, so that a disturbance of the machine meets both. Memory is the largest resident set of
each process until its last run.
"""

import argparse
import importlib.util
import os
import platform
import statistics
import subprocess
import sys

# Title, our computation, PyTorch's.
COMPARISONS = [
    ("S4D layer forward + backward, B=8 H=128 N=64 L=4096", "s4d-layer", "s4d-layer"),
    ("same, PyTorch with the kernel given", "s4d-layer", "given-kernel"),
    ("training step, 4 S4D blocks H=128 N=64 L=1024, B=16", "s4d-train-16", "s4d-train-16"),
    ("training step, the same, B=64", "s4d-train-64", "s4d-train-64"),
    ("inference of that model, B=16", "s4d-infer-16", "s4d-infer-16"),
    ("DLR kernel forward + backward, H=128 N=4096 L=4096", "dlr-kernel", "dlr-kernel"),
    ("DLR block forward + backward, B=8 H=128 N=1024 L=4096", "dlr-block", "dlr-block"),
    ("FFT convolution, B=8 H=128 L=4096", "convolution-4096", "convolution-4096"),
    ("FFT convolution, B=1 H=64 L=65,536", "convolution-65536", "convolution-65536"),
]

# Title, our computation, steps in one run of it, PyTorch's computation, steps in one run of that.
STEPS = [
    ("live step, 4 S4D blocks H=128 N=64", "step-large", 1, "step-large", 1),
    ("same, PyTorch with einsum", "step-large", 1, "step-large-einsum", 1),
    ("same, PyTorch as published: contract of opt_einsum", "step-large", 1, "step-large-published", 1),
    ("live step, 2 S4D blocks H=32 N=32", "step-small", 1, "step-small", 1),
    ("1,000 streams of the large, one by one", "steps-large", 1000, "step-large", 1),
    ("1,000 streams of the large, together", "batch-large", 1000, "batch-large", 1000),
    ("same, ours on all threads", "batch-large-threads", 1000, "batch-large", 1000),
    ("1,000 streams of the small, one by one", "steps-small", 1000, "step-small", 1),
    ("1,000 streams of the small, together", "batch-small", 1000, "batch-small", 1000),
    ("same, ours on all threads", "batch-small-threads", 1000, "batch-small", 1000),
]


class Worker:
    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"'{' '.join(self.process.args)}' ended at '{command}'")
        return answer.strip()

    def times(self, count):
        return [float(word) for word in self.ask(f"run {count}").split()]

    def peak_mebibytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
        raise RuntimeError("the system does not tell the largest resident set")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compare(ours, theirs, options, java, python):
    """Medians in milliseconds and peaks in MiB: (ours, theirs, our peak, their peak)."""
    a = Worker(java)
    b = Worker(python)
    try:
        a.ask(f"prepare {ours} {options.warm_up}")
        b.ask(f"prepare {theirs} {min(options.warm_up, 5)}")
        ours_ms, theirs_ms = [], []
        for _ in range(options.rounds):
            ours_ms += a.times(options.runs)
            theirs_ms += b.times(max(1, options.runs // 2))
        return (
            statistics.median(ours_ms),
            statistics.median(theirs_ms),
            a.peak_mebibytes(),
            b.peak_mebibytes(),
        )
    finally:
        a.close()
        b.close()


def quantiles(worker, steps):
    """Microseconds per step: median, 99 %, 99.9 %."""
    return [float(ms) * 1e3 / steps for ms in worker.ask("quantiles").split()[1:4]]


def compare_steps(ours, our_steps, theirs, their_steps, options, java, python):
    """Quantiles per step of both, PyTorch's best number of threads, bytes that we allocate per step."""
    workers = {1: Worker(python + ["1"])}
    if options.threads > 1:
        workers[options.threads] = Worker(python + [str(options.threads)])
    a = Worker(java)
    try:
        a.ask(f"prepare {ours} {options.warm_up / 2}")
        for b in workers.values():
            b.ask(f"prepare {theirs} 1")
        rounds = 4 * options.rounds
        for _ in range(rounds):
            a.ask(f"sample {max(1, options.steps // rounds // our_steps)}")
            for b in workers.values():
                b.ask(f"sample {max(1, options.steps // 500 // rounds // their_steps)}")
        best = min(workers, key=lambda threads: quantiles(workers[threads], their_steps)[0])
        allocated = float(a.ask(f"allocated {max(1, 100_000 // our_steps)}")) / our_steps
        return quantiles(a, our_steps), quantiles(workers[best], their_steps), best, allocated
    finally:
        a.close()
        for b in workers.values():
            b.close()


def wanted(row, options):
    return not options.only or row[1] in options.only


def print_wholes(rows, options, java, python):
    if not rows:
        return
    print("| what | PyTorch / ours | ours, ms | PyTorch, ms | memory, PyTorch / ours | ours, MiB | PyTorch, MiB |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for title, ours, theirs in rows:
        threads = [str(options.threads)]
        ms, torch_ms, mib, torch_mib = compare(ours, theirs, options, java, python + threads)
        print(
            f"| {title} | {torch_ms / ms:.1f} | {ms:.1f} | {torch_ms:.1f} "
            f"| {torch_mib / mib:.1f} | {mib:.0f} | {torch_mib:.0f} |",
            flush=True,
        )


def print_steps(rows, options, java, python):
    if not rows:
        return
    print(f"\n{options.steps:,} steps of ours, microseconds per step\n")
    print("| what | PyTorch / ours | ours: median | 99 % | 99.9 % | PyTorch: median | its threads | we allocate, bytes |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for title, ours, our_steps, theirs, their_steps in rows:
        if theirs.endswith("-published") and importlib.util.find_spec("opt_einsum") is None:
            print(f"| {title} | not run: this Python has no opt_einsum | | | | | | |", flush=True)
            continue
        a, b, threads, allocated = compare_steps(ours, our_steps, theirs, their_steps, options, java, python)
        # Runs of 1,000 steps have means of steps, no single steps to tell the tail of.
        tail = f"{a[1]:.1f} | {a[2]:.1f}" if our_steps == 1 else "– | –"
        print(
            f"| {title} | {b[0] / a[0]:.1f} | {a[0]:.2f} | {tail} | {b[0]:.1f} | {threads} | {allocated:.2f} |",
            flush=True,
        )


def processor():
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def version(command):
    worker = Worker(command)
    try:
        return worker.ask("version")
    finally:
        worker.close()


def main():
    split = sys.argv.index("--")
    parser = argparse.ArgumentParser(prog="bench/compare")
    parser.add_argument("--quick", action="store_true", help="a rough look in a few minutes")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    names = list(dict.fromkeys(ours for _, ours, *_ in COMPARISONS + STEPS))
    parser.add_argument(
        "--only",
        action="append",
        choices=names,
        metavar="NAME",
        help="a computation of ours, may be repeated: " + ", ".join(names),
    )
    options = parser.parse_args(sys.argv[1:split])
    options.warm_up, options.rounds, options.runs = (8, 3, 4) if options.quick else (20, 7, 6)
    options.steps = 100_000 if options.quick else 1_000_000
    java = sys.argv[split + 1 :] + [str(options.threads)]
    worker = os.path.join(os.path.dirname(__file__), "torch_worker.py")
    python = [sys.executable, worker]
    print(f"{processor()}, {os.cpu_count()} processors, {platform.system()} {platform.release()}")
    print(f"{version(java)}; {version(python + [str(options.threads)])}")
    print(f"medians of {options.rounds} alternating rounds after {options.warm_up} s of warm-up\n")
    print_wholes([row for row in COMPARISONS if wanted(row, options)], options, java, python)
    print_steps([row for row in STEPS if wanted(row, options)], options, java, python)


if __name__ == "__main__":
    main()
