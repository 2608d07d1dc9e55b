/** As in package.json and the changelog (a test holds them together). */
export const VERSION = '1.0.0';
