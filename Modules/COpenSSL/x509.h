#pragma once
// X.509 and OCSP: what libcrypto offers as macros only.
#include <openssl/x509v3.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

static inline void shuniu_general_names_free(void *names) { GENERAL_NAMES_free((GENERAL_NAMES *)names); }
static inline void shuniu_x509_stack_free(STACK_OF(X509) *stack) { sk_X509_free(stack); }
static inline long shuniu_ctx_status_callback(SSL_CTX *ctx, int (*callback)(SSL *, void *)) {
    return SSL_CTX_set_tlsext_status_cb(ctx, callback);
}
// OpenSSL frees the bytes itself.
static inline long shuniu_ssl_staple(SSL *ssl, const unsigned char *bytes, long count) {
    unsigned char *copy = OPENSSL_memdup(bytes, count);
    return copy == NULL ? 0 : SSL_set_tlsext_status_ocsp_resp(ssl, copy, count);
}
static inline long shuniu_ctx_name_callback(SSL_CTX *ctx, int (*callback)(SSL *, int *, void *)) {
    return SSL_CTX_set_tlsext_servername_callback(ctx, callback);
}
static inline int shuniu_ctx_new_index(CRYPTO_EX_free *release) {
    return SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, release);
}
static inline long shuniu_ctx_add1_chain(SSL_CTX *ctx, X509 *certificate) { return SSL_CTX_add1_chain_cert(ctx, certificate); }
// RFC 4514, with letters of every script as they are.
static inline int shuniu_name_print(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}
// The key of the MAC over session tickets; 32 bytes, HMAC-SHA-256.
static inline int shuniu_ticket_mac(EVP_MAC_CTX *mac, unsigned char *key) {
    OSSL_PARAM parameters[3];
    parameters[0] = OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key, 32);
    parameters[1] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0);
    parameters[2] = OSSL_PARAM_construct_end();
    return EVP_MAC_CTX_set_params(mac, parameters);
}
static inline void shuniu_names_free(STACK_OF(X509_NAME) *names) { sk_X509_NAME_pop_free(names, X509_NAME_free); }
