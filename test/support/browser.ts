import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium of this machine: `CHROMIUM`, or where Debian puts it; undefined: there is none, and what needs one is skipped. */
export const CHROMIUM = [process.env['CHROMIUM'], ...PLACES].find((file) => file !== undefined && existsSync(file));

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }), args: ['--no-sandbox'] });
