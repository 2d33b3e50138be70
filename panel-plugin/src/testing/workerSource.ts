/** Stands for the code of a worker, which Jest does not bundle. */
export default '';
