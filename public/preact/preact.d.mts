/** The module itself is served from its package, beside ours: so the page needs neither a bundler nor an import map. */
export * from "preact";
