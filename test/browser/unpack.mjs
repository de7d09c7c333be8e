/**
 * Unpacks the browser into the temporary directory, before the tests: test files run side by side, and the package
 * takes a file that another process is still writing for a browser that is ready.
 */
import chromium from "@sparticuz/chromium";

await chromium.executablePath();
