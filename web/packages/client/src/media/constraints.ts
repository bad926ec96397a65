/** Picture size asked of a camera; the browser delivers what it has that is nearest. */
export const CAMERA_WIDTH = 1280;
export const CAMERA_HEIGHT = 720;

export function cameraConstraints(deviceId?: string): MediaStreamConstraints {
  return {
    video: {
      ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
      width: { ideal: CAMERA_WIDTH },
      height: { ideal: CAMERA_HEIGHT },
      frameRate: { ideal: 30, max: 30 },
    },
  };
}

export function microphoneConstraints(deviceId?: string): MediaStreamConstraints {
  return {
    audio: {
      ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    },
  };
}

export function screenConstraints(): DisplayMediaStreamOptions {
  return {
    video: { width: { ideal: 1920, max: 2560 }, height: { ideal: 1080, max: 1600 }, frameRate: { ideal: 15, max: 30 } },
    // A shared tab's sound goes along; the voices of the meeting itself must not come back as an echo.
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    ...({ systemAudio: 'exclude', selfBrowserSurface: 'exclude', surfaceSwitching: 'include' } as object),
  };
}
