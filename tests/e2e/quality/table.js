// The measured figures as tables in Markdown.

const percent = share => `${(share * 100).toFixed(2)} %`;
const picture = ({ fps, height }) => `${height}p ${fps.toFixed(0)}/s`;
const frozen = ({ frozen: seconds, seconds: all }) => (seconds === undefined ? '–' : `${(seconds * 60 / all).toFixed(1)} s`);
const gap = ({ longestGap }) => `${(longestGap / 1000).toFixed(2)} s`;
const lossy = stretch => `${picture(stretch)}, ${frozen(stretch)}, ${gap(stretch)}, ${percent(stretch.concealed)}`;
const narrow = stretch => `${picture(stretch)}, ${gap(stretch)}${stretch.bits ? `, ${(stretch.bits / 1000).toFixed(0)} kbit/s` : ''}`;
const climb = ({ toBest, seconds, bits }) => (!bits ? '–' : toBest === null ? `not within ${seconds.toFixed(0)} s` : `${toBest.toFixed(1)} s`);

const groups = [
  {
    clean: ['No loss', stretch => `${picture(stretch)}, ${percent(stretch.concealed)}`],
    loss5: ['5 % down', lossy],
    loss15: ['15 % down', lossy],
    dip: ['4 → 0.5 Mbit/s', narrow],
    back: ['back to 4', climb],
    uploss5: ['5 % up', lossy],
    uploss15: ['15 % up', lossy],
  },
  {
    bursts5: ['5 % in bursts of 5', lossy],
    far5: ['5 %, 300 ms', lossy],
    jitter: ['± 25 ms jitter', lossy],
    reorder: ['5 % late by 20 ms', lossy],
    steady1: ['1 Mbit/s', narrow],
    updip: ['0.5 Mbit/s up', narrow],
  },
];

const line = cells => `| ${cells.join(' | ')} |`;

export function tables(results) {
  const measured = results.flatMap(([publisher, { receivers }]) => Object.entries(receivers).map(([receiver, stretches]) => ({ publisher, receiver, stretches })));
  return groups.map(group => {
    const rows = measured.filter(({ stretches }) => Object.keys(group).some(name => stretches[name]));
    return [
      line(['Publisher', 'Receiver', ...Object.values(group).map(([title]) => title)]),
      line(Array(Object.keys(group).length + 2).fill('---')),
      ...rows.map(({ publisher, receiver, stretches }) => line([publisher, receiver, ...Object.entries(group).map(([name, [, cell]]) => (stretches[name] ? cell(stretches[name]) : ''))])),
    ].join('\n');
  }).join('\n\n');
}
