import { statusOfHeaders, statusOfHttp } from '../../../../src/grpc/transport/grpc-status.ts';

test('reads a status and its percent-encoded words', () => {
  expect(statusOfHeaders({ 'grpc-status': '13', 'grpc-message': 'lagged%20to%20send' })).toEqual({
    code: 13,
    message: 'lagged to send',
  });
  expect(statusOfHeaders({ 'grpc-status': '5', 'grpc-message': '100%' })).toEqual({ code: 5, message: '100%' });
  expect(statusOfHeaders({})).toBeNull();
});

test('an answer that is no gRPC is told by its HTTP status', () => {
  expect(statusOfHttp({ ':status': '200', 'content-type': 'application/grpc+proto' })).toBeNull();
  expect(statusOfHttp({ ':status': '403', 'content-type': 'text/html' })).toMatchObject({ code: 7 });
  expect(statusOfHttp({ ':status': '429' })).toMatchObject({ code: 14, message: expect.stringContaining('429') });
  expect(statusOfHttp({ ':status': '200', 'content-type': 'text/html' })).toMatchObject({ code: 2 });
});
