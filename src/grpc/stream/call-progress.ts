/** How far a call came: the server took it, data at or past the slot it asked for arrived, and that lasted for a while. */
export type CallProgress = 'none' | 'accepted' | 'reached' | 'proven';
