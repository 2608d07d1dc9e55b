/** Whether an id can stand in the path of a request as it is: any other sign could lead the request elsewhere. */
export function fitsPath(id: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(id);
}

/** Whether an id has the shape of those of Access applications, which connectors never have. */
export function isUuid(id: string): boolean {
  return /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(id);
}
