"""Runs our computations and PyTorch's alternately and prints a table of medians and ratios.

Usage: compare.py [--quick] [--threads N] [--only NAME]... -- JAVA COMMAND...

Every computation runs in two fresh processes, ours and PyTorch's. After a warm-up they take turns, a
few runs each, so that a disturbance of the machine meets both. Memory is the largest resident set of
each process until its last run.
"""

import argparse
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
    parser.add_argument("--only", action="append", help="a computation of ours; may be repeated")
    options = parser.parse_args(sys.argv[1:split])
    options.warm_up, options.rounds, options.runs = (8, 3, 4) if options.quick else (20, 7, 6)
    java = sys.argv[split + 1 :] + [str(options.threads)]
    worker = os.path.join(os.path.dirname(__file__), "torch_worker.py")
    python = [sys.executable, worker, str(options.threads)]
    print(f"{processor()}, {os.cpu_count()} processors, {platform.system()} {platform.release()}")
    print(f"{version(java)}; {version(python)}")
    print(f"medians of {options.rounds} alternating rounds after {options.warm_up} s of warm-up\n")
    print("| what | PyTorch / ours | ours, ms | PyTorch, ms | memory, PyTorch / ours | ours, MiB | PyTorch, MiB |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for title, ours, theirs in COMPARISONS:
        if options.only and ours not in options.only:
            continue
        ms, torch_ms, mib, torch_mib = compare(ours, theirs, options, java, python)
        print(
            f"| {title} | {torch_ms / ms:.1f} | {ms:.1f} | {torch_ms:.1f} "
            f"| {torch_mib / mib:.1f} | {mib:.0f} | {torch_mib:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
