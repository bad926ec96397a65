// What a test file of the tutorial's dialect needs: a server, a browser and the page, started once and stopped at the end.
import { after, before } from 'node:test';
import { launchChromium } from './chromium.js';
import { servePages } from './pages.js';
import { Participant } from './participant.js';
import { Server } from './server.js';

/** `browser`: how it is started; or a function of the server that says so. */
export function tutorialFixture({ server: serverOptions, browser: browserOptions } = {}) {
  const fixture = { people: [] };

  before(async () => {
    fixture.server = await Server.start(serverOptions);
    fixture.pages = await servePages();
    fixture.browser = await launchChromium(typeof browserOptions === 'function' ? await browserOptions(fixture.server) : browserOptions);
  });

  after(async () => {
    await fixture.browser?.close();
    await fixture.pages?.stop();
    if (process.env.TERTULIA_E2E_LOG) console.log(fixture.server?.log);
    await fixture.server?.stop();
  });

  /** Opens a page for each name. */
  fixture.open = async (...names) => {
    const people = [];
    for (const name of names) people.push(await Participant.open(fixture.browser, fixture.pages, fixture.server, name));
    fixture.people.push(...people);
    return people;
  };

  /** The first creates a meeting, the others join it one after the other. */
  fixture.meet = async (names, options) => {
    const people = await fixture.open(...names);
    let meetingId;
    for (const person of people) meetingId = await person.enter(meetingId, options);
    return people;
  };

  fixture.disperse = async () => {
    for (const person of fixture.people.splice(0)) await person.close();
  };

  return fixture;
}
