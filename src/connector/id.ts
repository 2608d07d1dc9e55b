/** Whether an id can stand in the path of a request as it is: any other sign could lead the request elsewhere. */
export function fitsPath(id: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(id);
}
