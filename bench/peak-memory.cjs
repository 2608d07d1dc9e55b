// Preloaded into a run whose memory is of interest: writes its peak to a file. The run's time is not taken.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  // https://nodejs.org/api/process.html#processresourceusage: kilobytes
  writeFileSync(process.env.PEAK_MEMORY_FILE, String(process.resourceUsage().maxRSS * 1024));
});
