export const soon = 0;
