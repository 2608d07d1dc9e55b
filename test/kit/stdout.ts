import { vi } from 'vitest';

/** What a function writes to stdout, which is kept from it. */
export function writtenBy(write: () => void): string {
  let written = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += text;
    return true;
  });
  try {
    write();
    return written;
  } finally {
    spy.mockRestore();
  }
}
