#!/usr/bin/python3
"""A third kind of client for the per-peer dialect: GStreamer's webrtcbin, with nothing of a browser in it.

usage: client.py SOCKET_URL [ADDRESS:PORT that stands for the server's candidates]
Standard output has one JSON object a line: each signaling message that came, and for each line read on standard input
the statistics of every connection. Ends when standard input does.
"""
import asyncio
import json
import re
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
import websockets  # noqa: E402
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

UPLINK = "sfu"
LINE = sys.argv[2] if len(sys.argv) > 2 else None
CAMERA = (
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=10/1 ! "
    "vp8enc deadline=1 target-bitrate=200000 keyframe-max-dist=20 ! rtpvp8pay picture-id-mode=2 ! "
    "application/x-rtp,media=video,encoding-name=VP8,payload=96 ! w. "
)
MICROPHONE = (
    "audiotestsrc is-live=true wave=ticks ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=2 ! "
    "opusenc ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! w. "
)
DECODE = {
    "video": "rtpvp8depay ! vp8dec ! fakesink name=sink sync=false signal-handoffs=true",
    "audio": "rtpopusdepay ! opusdec ! audioconvert ! audio/x-raw,format=S16LE ! fakesink name=sink sync=false signal-handoffs=true",
}


def tell(message):
    print(json.dumps(message), flush=True)


class Connection:
    """One webrtcbin for one peer id."""

    def __init__(self, peer, send, with_sources):
        self.peer, self.send = peer, send
        self.frames = self.energy = self.sound = self.height = 0
        self.last_picture, self.longest_gap = time.monotonic(), 0
        self.kept = []  # replies own the descriptions taken out of them
        content = Gst.parse_bin_from_description("webrtcbin name=w bundle-policy=max-bundle latency=50 " + (CAMERA + MICROPHONE if with_sources else ""), False)
        self.pipeline = Gst.Pipeline.new(None)
        self.pipeline.add(content)
        self.web = content.get_by_name("w")
        self.web.connect("on-ice-candidate", self.on_candidate)
        self.web.connect("pad-added", self.on_pad)

    def start(self):
        self.pipeline.set_state(Gst.State.PLAYING)

    def close(self):
        self.pipeline.set_state(Gst.State.NULL)

    def offer(self):
        self.web.connect("on-negotiation-needed", lambda _: self.create("offer"))
        self.start()

    def answer(self, text):
        self.start()
        done = Gst.Promise.new_with_change_func(lambda *_: self.create("answer"))
        self.web.emit("set-remote-description", describe("offer", text), done)

    def accept(self, text):
        self.web.emit("set-remote-description", describe("answer", text), None)

    def create(self, kind):
        def created(promise, _):
            reply = promise.get_reply()
            self.kept.append(reply)
            description = reply.get_value(kind)
            self.web.emit("set-local-description", description, None)
            self.send({"type": kind, "to": self.peer, "sdp": {"type": kind, "sdp": description.sdp.as_text()}})

        self.web.emit("create-" + kind, None, Gst.Promise.new_with_change_func(created, None))

    def on_candidate(self, _, index, candidate):
        self.send({"type": "ice-candidate", "to": self.peer, "candidate": {"candidate": candidate, "sdpMLineIndex": index}})

    def on_pad(self, _, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        media = pad.get_current_caps().get_structure(0).get_string("media")
        decoder = Gst.parse_bin_from_description(DECODE[media], True)
        decoder.get_by_name("sink").connect("handoff", self.on_picture if media == "video" else self.on_sound)
        self.web.get_parent().add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def on_picture(self, _, __, pad):
        self.frames += 1
        self.height = pad.get_current_caps().get_structure(0).get_int("height").value
        self.note_gap()
        self.last_picture = time.monotonic()

    def note_gap(self):
        self.longest_gap = max(self.longest_gap, time.monotonic() - self.last_picture)

    def on_sound(self, _, buffer, __):
        self.sound += buffer.duration / Gst.SECOND
        samples = memoryview(buffer.extract_dup(0, buffer.get_size())).cast("h")
        self.energy += sum((sample / 32768) ** 2 for sample in samples[::16])

    def statistics(self):
        """`sound` counts seconds, `longestGap` is the longest time without a picture since this was last asked for."""
        self.note_gap()
        gap, self.longest_gap = self.longest_gap, 0
        return {
            "frames": self.frames, "energy": self.energy, "sound": self.sound, "height": self.height, "longestGap": gap,
            "state": self.web.get_property("connection-state").value_nick,
        }


def describe(kind, text):
    if LINE:
        text = re.sub(r"(a=candidate:\S+ 1 udp \d+) \S+ \d+", rf"\1 {LINE.replace(':', ' ')}", re.sub(r"a=candidate:(?!\S+ 1 udp).*\r\n", "", text), flags=re.I)
    _, message = GstSdp.SDPMessage.new_from_text(text)
    return GstWebRTC.WebRTCSessionDescription.new(getattr(GstWebRTC.WebRTCSDPType, kind.upper()), message)


async def main(url):
    loop = asyncio.get_running_loop()
    connections = {}

    async with websockets.connect(url) as socket:

        def send(message):  # called from GStreamer's threads too
            asyncio.run_coroutine_threadsafe(socket.send(json.dumps(message)), loop)

        def receive(message):
            kind, peer = message["type"], message.get("from") or message.get("peerId")
            if kind == "peer-joined":
                connections[peer] = Connection(peer, send, with_sources=True)
                connections[peer].offer()
            elif kind == "offer":
                connections[peer] = Connection(peer, send, with_sources=peer == UPLINK)
                connections[peer].answer(message["sdp"]["sdp"])
            elif kind == "answer" and peer in connections:
                connections[peer].accept(message["sdp"]["sdp"])
            elif kind == "ice-candidate" and peer in connections and message["candidate"].get("candidate"):
                candidate = message["candidate"]
                connections[peer].web.emit("add-ice-candidate", candidate.get("sdpMLineIndex") or 0, candidate["candidate"])
            elif kind == "peer-left" and peer in connections:
                connections.pop(peer).close()

        async def read_socket():
            async for text in socket:
                message = json.loads(text)
                tell(message)
                receive(message)

        reader = asyncio.create_task(read_socket())
        reader.add_done_callback(lambda task: task.cancelled() or task.result())  # an error is told at once, not at the end
        while await loop.run_in_executor(None, sys.stdin.readline):
            tell({"type": "statistics", "peers": {peer: connection.statistics() for peer, connection in connections.items()}})
        reader.cancel()
        for connection in connections.values():
            connection.close()


Gst.init(None)
threading.Thread(target=GLib.MainLoop().run, daemon=True).start()
asyncio.run(main(sys.argv[1]))
