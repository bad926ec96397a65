// The measured figures as a table in Markdown.

const percent = share => `${(share * 100).toFixed(2)} %`;
const picture = ({ fps, height }) => `${height}p ${fps.toFixed(0)}/s`;
const frozen = ({ frozen: seconds, seconds: all }) => (seconds === undefined ? '–' : `${(seconds * 60 / all).toFixed(1)} s`);
const lossy = stretch => `${picture(stretch)}, ${frozen(stretch)}, ${percent(stretch.concealed)}`;

const columns = {
  Publisher: ({ publisher }) => publisher,
  Receiver: ({ receiver }) => receiver,
  'No loss': ({ clean }) => `${picture(clean)}, ${percent(clean.concealed)}`,
  '5 % down': ({ loss5 }) => lossy(loss5),
  '15 % down': ({ loss15 }) => lossy(loss15),
  '4 → 0.5 Mbit/s': ({ dip }) => `${picture(dip)}, longest gap ${(dip.longestGap / 1000).toFixed(1)} s`,
  'back to 4': ({ back }) => (back.toBest === null ? `not within ${back.seconds.toFixed(0)} s` : `best after ${back.toBest.toFixed(1)} s`),
  '5 % up': ({ uploss5 }) => lossy(uploss5),
  '15 % up': ({ uploss15 }) => lossy(uploss15),
};

export function table(results) {
  const rows = results.flatMap(([publisher, receivers]) => Object.entries(receivers).map(([receiver, stretches]) => ({ publisher, receiver, ...stretches })));
  const line = cells => `| ${cells.join(' | ')} |`;
  return [
    line(Object.keys(columns)),
    line(Object.keys(columns).map(() => '---')),
    ...rows.map(row => line(Object.values(columns).map(cell => cell(row)))),
  ].join('\n');
}
