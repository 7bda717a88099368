/** Sizes people set and read are in MiB, those the code compares in bytes. */
export const MEBIBYTE = 1_048_576;
