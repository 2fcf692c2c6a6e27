/**
 * Rows of long work leave garbage that the next collection by itself lets grow by hundreds of megabytes: so many leave some 40 MB.
 * Collected at once they cost 50 ms in which the process does nothing else, about every second.
 */
const rowsPerCollection = 20_000;

/** For work that goes through very many rows: told of each page, it collects garbage when so many have been through. */
export function createTidying(): (rows: number) => void {
  let passed = 0;
  return (rows) => {
    passed += rows;
    if (passed < rowsPerCollection) return;
    Bun.gc(true);
    passed = 0;
  };
}
