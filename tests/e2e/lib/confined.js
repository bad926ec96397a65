// Narrows the ways on which a page's connections may be made, as a firewall would.

/**
 * @param options.relay 'udp', 'tcp' or 'tls': by the TURN server over that protocol alone.
 * @param options.candidates 'udp' or 'tcp': directly, and only over that, until `window.unconfined` is set.
 */
export function confine(participant, options) {
  return participant.page.evaluate(({ relay, candidates }) => {
    const Native = window.RTCPeerConnection;
    const isWanted = ({ urls }) => relay === 'tls' ? urls.startsWith('turns:') : urls.startsWith('turn:') && urls.endsWith(`transport=${relay}`);
    window.RTCPeerConnection = class extends Native {
      constructor(configuration = {}) {
        // Directly alone: no server at all.
        const iceServers = candidates && !window.unconfined ? [] : (configuration.iceServers ?? []).filter(server => !relay || isWanted(server));
        super({ ...configuration, iceServers, ...(relay && { iceTransportPolicy: 'relay' }) });
        window.lastIceServers = iceServers;
        const began = performance.now();
        this.addEventListener('connectionstatechange', () => {
          if (this.connectionState === 'connected') window.connectedAfter ??= performance.now() - began;
        });
        (window.connections ??= []).push(this);
      }

      setRemoteDescription(description) {
        const sdp = candidates && !window.unconfined ? description.sdp.replace(new RegExp(`a=candidate:\\S+ \\d+ (?!${candidates})\\S+ .*\\r\\n`, 'g'), '') : description.sdp;
        return super.setRemoteDescription({ type: description.type, sdp });
      }
    };

    // A new allocation with the credentials that were handed out.
    window.relayIsRefused = () => new Promise(resolve => {
      const probe = new Native({ iceServers: window.lastIceServers, iceTransportPolicy: 'relay' });
      const decide = refused => { probe.close(); resolve(refused); };
      probe.onicecandidateerror = event => { if (event.errorCode === 401) decide(true); };
      probe.onicecandidate = event => { if (event.candidate?.type === 'relay') decide(false); };
      probe.addTransceiver('audio');
      probe.setLocalDescription();
    });
  }, options);
}

/** How each open connection goes: type and protocol of its own selected candidate. */
export function selectedPaths(participant) {
  return participant.page.evaluate(async () => {
    const paths = [];
    for (const connection of window.connections.filter(open => open.connectionState === 'connected')) {
      const report = await connection.getStats();
      const entries = [...report.values()];
      const transport = entries.find(entry => entry.type === 'transport');
      const pair = report.get(transport?.selectedCandidatePairId) ?? entries.find(entry => entry.type === 'candidate-pair' && entry.selected);
      const { candidateType: type, protocol, relayProtocol } = report.get(pair.localCandidateId);
      paths.push({ type, protocol, ...(relayProtocol && { relayProtocol }) });
    }
    return paths;
  });
}
