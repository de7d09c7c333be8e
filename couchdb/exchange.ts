import type { Dispatcher } from "undici";

/** The most of one answer we take in: a page of 100 documents at CouchDB's default limit is rarely a tenth. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * One request and its answer, seen from between nano and the wire, because nano 11 on `fetch` reads a complete
 * JSON answer of status 200 well and little else:
 *
 * - It loses Retry-After and the status of a success; a text body that is cut off, a malformed cookie or a 500
 *   with the body `null` become an unhandled rejection, which ends the process. So the head is kept here, and
 *   nano is shown every answer as `200 application/json`.
 * - An abort signal is held weakly by `fetch` (Node 20): after a garbage collection it aborts nothing, and the
 *   body is waited for for ever. So a request is given up here.
 */
export class Exchange {
  /** 0 until there was an answer. */
  status = 0;
  retryAfter: string | undefined;
  /** Rejected by `giveUp`. */
  readonly givenUp: Promise<never>;
  #reject: (reason: Error) => void = () => undefined;
  #reason: Error | undefined;
  #controller: Dispatcher.DispatchController | undefined;

  constructor() {
    this.givenUp = new Promise((_, reject) => {
      this.#reject = reject;
    });
  }

  /** Ends the request wherever it stands: one that still waits for a connection will not be sent. */
  giveUp(why: string): void {
    this.#reason = new Error(why);
    this.#controller?.abort(this.#reason);
    this.#reject(this.#reason);
  }

  /** The body of the answer, without the promises and streams of `request`: half of what that costs. */
  text(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): Promise<string> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const handler = this.#between({
        onResponseData: (_, chunk) => chunks.push(chunk),
        onResponseEnd: () => resolve(Buffer.concat(chunks).toString("utf8")),
        onResponseError: (_, error) => reject(error),
      });
      dispatcher.dispatch(options, handler);
    });
  }

  readonly interceptor: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
    dispatch(options, this.#between(handler));

  #between(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
    let bodyBytes = 0;
    return {
      onRequestStart: (controller, context) => {
        this.#controller = controller;
        handler.onRequestStart?.(controller, context);
        if (this.#reason !== undefined) controller.abort(this.#reason);
      },
      onRequestUpgrade: (controller, status, headers, socket) =>
        handler.onRequestUpgrade?.(controller, status, headers, socket),
      onResponseStart: (controller, status, headers) => {
        if (status < 200) return;
        this.status = status;
        this.retryAfter = headers["retry-after"]?.toString();
        handler.onResponseStart?.(controller, 200, { "content-type": "application/json" }, "OK");
      },
      onResponseData: (controller, chunk) => {
        bodyBytes += chunk.length;
        if (bodyBytes > MAX_ANSWER_BYTES) this.giveUp("the answer is over 64 MB");
        else handler.onResponseData?.(controller, chunk);
      },
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    };
  }
}
