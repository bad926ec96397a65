#!/usr/bin/python3
"""Bad lines between network namespaces, where the kernel has no netem: a TUN device at each end, and in between this program, in which
packets queue, wait, overtake each other and get lost. Being single packets by then, runs that left as one segmented send are lost one by one.

usage: impair.py SEED
Standard input has one JSON object a line:
  {"line": "a", "up": ["NAMESPACE", "DEVICE"], "down": ["NAMESPACE", "DEVICE"]}   makes a line: "up" goes to the first, "down" to the second
  {"line": "a", "way": "up" | "down", "loss": 0.05, …}                            changes what a way does: the fields of Way
Standard output has one too: {"made": "a"} for each line made, and ten times a second {"a": {"up": [passed, dropped], "down": …}}.
Ends with its standard input.
"""
import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
libc = ctypes.CDLL(None, use_errno=True)


class Way:
    """One direction of a line. Times are in milliseconds, rates in bits a second, shares from 0 to 1."""

    def __init__(self, chance, device):
        self.chance, self.device = chance, device
        self.rate = 0  # 0: as much as comes
        self.queue = 200  # how long a packet may wait for those before it; beyond, it is dropped
        self.delay = self.jitter = 0  # the delay is spread evenly over ± jitter, and the order kept
        self.loss, self.burst = 0, 1  # burst: how many are lost in a row, on average
        self.reorder, self.late = 0, 20  # share of the packets that come so much later than their order
        self.passed = self.dropped = 0
        self.free = self.last = 0.0
        self.is_bad = False

    def is_lost(self):
        """Single losses, or Gilbert's model: a bad state that loses everything, and is left and entered by chance."""
        if self.burst <= 1:
            return self.chance.random() < self.loss
        leave = 1 / self.burst
        enter = leave * self.loss / (1 - self.loss)
        self.is_bad = self.chance.random() >= leave if self.is_bad else self.chance.random() < enter
        return self.is_bad

    def arrival(self, size, now):
        """When a packet comes out at the other end, or None if it never does."""
        begin = max(now, self.free)
        if self.is_lost() or begin - now > self.queue / 1000:
            self.dropped += 1
            return None
        self.passed += 1
        self.free = begin + size * 8 / self.rate if self.rate else now
        at = self.free + (self.delay + self.chance.uniform(-self.jitter, self.jitter)) / 1000
        if self.reorder and self.chance.random() < self.reorder:
            return at + self.late / 1000
        self.last = max(self.last, at)
        return self.last


def open_tun(namespace, name):
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    if libc.setns(there, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), f"setns {namespace}")
    try:
        device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
        return device
    finally:
        libc.setns(here, CLONE_NEWNET)
        os.close(here)
        os.close(there)


class Lines:
    def __init__(self, seed):
        self.seed = seed
        self.ways = {}  # (line, "up" | "down") → Way
        self.entrances = {}  # device → the way that begins there
        self.travelling = []  # heap of (arrival, number, device, packet)
        self.number = 0
        self.poll = select.epoll()

    def command(self, text):
        command = json.loads(text)
        line = command.pop("line")
        if "way" in command:
            vars(self.ways[line, command.pop("way")]).update(command)
            return
        ends = {way: open_tun(*command[way]) for way in ("up", "down")}
        for way, entrance in (("up", "down"), ("down", "up")):
            self.ways[line, way] = self.entrances[ends[entrance]] = Way(random.Random(f"{self.seed} {line} {way}"), ends[way])
            self.poll.register(ends[way], select.EPOLLIN)
        print(json.dumps({"made": line}), flush=True)

    def take(self, device):
        way = self.entrances[device]
        try:
            while True:
                packet = os.read(device, 65536)
                at = way.arrival(len(packet), time.monotonic())
                if at is not None:
                    self.number += 1
                    heapq.heappush(self.travelling, (at, self.number, way.device, packet))
        except BlockingIOError:
            pass

    def deliver(self):
        while self.travelling and self.travelling[0][0] <= time.monotonic():
            _, _, device, packet = heapq.heappop(self.travelling)
            try:
                os.write(device, packet)
            except OSError:
                pass  # as a full receive queue would

    def tell(self):
        counts = {}
        for (line, name), way in self.ways.items():
            counts.setdefault(line, {})[name] = [way.passed, way.dropped]
        print(json.dumps(counts), flush=True)

    def run(self):
        commands = sys.stdin.fileno()
        os.set_blocking(commands, False)
        self.poll.register(commands, select.EPOLLIN)
        kept, told = b"", time.monotonic()
        while True:
            now = time.monotonic()
            wait = min(told + 0.1, self.travelling[0][0] if self.travelling else now + 1) - now
            for device, _ in self.poll.poll(max(0, wait)):
                if device in self.entrances:
                    self.take(device)
                    continue
                text = os.read(commands, 65536)
                if not text:
                    return
                *whole, kept = (kept + text).split(b"\n")
                for command in whole:
                    self.command(command)
            self.deliver()
            if time.monotonic() >= told + 0.1:
                told = time.monotonic()
                self.tell()


try:
    os.nice(-10)  # a busy machine is no property of the line
except OSError:
    pass
Lines(sys.argv[1]).run()
