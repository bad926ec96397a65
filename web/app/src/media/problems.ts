import type { MediaError } from '@tertulia/client';

export interface Problem {
  title: string;
  text: string;
}

/** What a person can do when a camera or microphone cannot be had. */
export function explainProblem(error: MediaError): Problem {
  const device = error.source === 'camera' ? 'camera' : error.source === 'microphone' ? 'microphone' : 'screen';
  switch (error.code) {
    case 'permission-denied':
      return {
        title: `The browser blocks the ${device}`,
        text: `Click the icon at the left of the address bar, allow the ${device} for this site, then try again.`,
      };
    case 'system-denied':
      return {
        title: `The system keeps the browser from the ${device}`,
        text: `Open the privacy settings of your system, allow your browser to use the ${device}, then try again.`,
      };
    case 'no-device':
      return { title: `No ${device} found`, text: `Plug one in, or join without: you can still see, hear and write.` };
    case 'device-busy':
      return { title: `The ${device} is in use`, text: `Another program may hold it. Close that program, then try again.` };
    case 'insecure-context':
      return {
        title: `No ${device} over an insecure address`,
        text: 'Browsers give cameras and microphones to https pages only. Please open this page by its https address.',
      };
    case 'unsupported':
      return { title: `This browser cannot share the ${device}`, text: 'Please use a current version of Firefox, Chrome, Edge or Safari.' };
    default:
      return { title: `The ${device} could not be started`, text: 'Please try again; if it stays so, restart the browser.' };
  }
}
