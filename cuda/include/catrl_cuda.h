// The border between Java and the CUDA kernels: plain C, so that the Java glue needs no CUDA header.
#pragma once

#define CATRL_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

// Number of devices, or minus the cudaError when they cannot be counted (no driver: -35).
CATRL_API int catrl_cuda_device_count(void);

// Newest CUDA version the installed driver supports, 1000 * major + 10 * minor; 0 without a driver.
CATRL_API int catrl_cuda_driver_version(void);

// CUDA version the kernels were built with, in the same form.
CATRL_API int catrl_cuda_runtime_version(void);

// What an error code means; the sign is ignored.
CATRL_API const char* catrl_cuda_error(int code);

// Name of a device, "" when there is no such device. The text lives as long as the calling thread.
CATRL_API const char* catrl_cuda_device_name(int device);

// Runs the fill kernel on a device and checks every element: 0, or the cudaError (999 when an element is wrong).
CATRL_API int catrl_cuda_try(int device);

#ifdef __cplusplus
}
#endif
