import { faultKind, QUIET } from './fault.ts';

/** What a proxy in front of the server answers when it knows no gRPC: a page. */
export const httpPage = faultKind({
  kind: 'http-page',
  doc: 'Answers new calls with a plain HTTP status and an HTML body instead of gRPC.',
  defaults: { httpStatus: 403, body: '<html><body><h1>403 Forbidden</h1></body></html>' },
  build: ({ httpStatus, body }) => ({ ...QUIET, admit: () => ({ type: 'page', httpStatus, body }) }),
});
