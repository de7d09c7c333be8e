/** How the embedded CouchDB introduces itself, so that nobody takes it for a real one. */
export const VENDOR = "Settee, a stand-in for Apache CouchDB: for laptops, tests and small single machines";
